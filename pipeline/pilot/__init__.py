"""The pilot: people choose among windows of each photo which crop counts, and whether it stays at all."""
