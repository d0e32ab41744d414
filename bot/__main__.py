"""python -m bot is the countersign command."""

from bot.cli import main

main()
