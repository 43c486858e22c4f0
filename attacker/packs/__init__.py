"""Prediction packs: stimuli for any machine anywhere, and the table of answers that comes back."""
