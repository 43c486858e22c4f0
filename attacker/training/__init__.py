"""Training a network on crops: phases, optimiser, checkpoints, resume and provenance."""
