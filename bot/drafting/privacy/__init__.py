"""What leaves the house: secrets never, personal data only behind placeholders."""
