"""Attackers of a study: queueing, training, predictions, and the strongest attack on each level."""
