"""Recruitment platforms: what each adds to the link, and how people get back to it."""
