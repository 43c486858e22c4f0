"""Trials of two photos in tables: what stood beside each photo, and what the machine is asked about both."""
