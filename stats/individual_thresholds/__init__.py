"""Each person's own threshold: the level that this person needs."""
