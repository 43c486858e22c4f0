"""Photos as tensors: augmented views, features of the frozen part of a network, and their cache."""
