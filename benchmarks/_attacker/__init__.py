"""What `python -m benchmarks.attacker` compares, a module per subject."""
