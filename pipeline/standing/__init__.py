"""Where a study stands: its stages, what is next, what is offered, and its jobs in words."""
