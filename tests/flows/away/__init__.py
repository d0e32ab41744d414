"""Scenes of Slack being away, for each job one."""
