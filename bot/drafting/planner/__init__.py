"""Long sources: read in parts, noted with evidence, merged, and paid for once."""
