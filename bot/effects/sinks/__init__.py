"""Where approved to-dos may go besides the bot's own list: one file for each sort of place, behind one protocol."""
