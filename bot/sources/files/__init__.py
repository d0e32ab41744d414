"""Files shared in conversations, as items. What parses them runs in a process of its own (child.py)."""
