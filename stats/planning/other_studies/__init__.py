"""Simulated studies of other designs and tasks than levels alone, and the error rates that they have."""
