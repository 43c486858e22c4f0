"""Answers of trained networks, their accuracy, and what chance or a nuisance cue would reach."""
