"""Photos as tensors: augmentation, frozen features, and their cache on disk."""
