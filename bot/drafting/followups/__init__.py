"""Follow-ups by their words alone: the task, who took it on, by which day."""
