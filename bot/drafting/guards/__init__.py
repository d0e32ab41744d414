"""Text made harmless in both directions, whatever a model was talked into."""
