"""Setting up where to-dos go besides, from the command line."""
