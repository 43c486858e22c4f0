"""Machines that learn nothing, or a few labelled photos: prompts for two towers, and nearest class means."""
