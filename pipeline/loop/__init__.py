"""The loop over crop levels: the state of the levels, the decision that follows, and its jobs."""
