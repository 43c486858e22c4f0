"""What is registered before the first answer: a version's preregistration, and its texts for registries."""
