"""The Web API: one table of methods, each a small function that answers as Slack does or raises SlackError."""
