"""countersign todos export: every to-do, for a sheet or a calendar."""
