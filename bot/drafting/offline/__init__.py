"""Drafts without a model: key messages, word for word."""
