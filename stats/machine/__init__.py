"""Questions about the machine alone: attack matrix and class offsets."""
