"""The worker: one job from its claim to its end."""
