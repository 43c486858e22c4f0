"""Searches for a stronger attack on a study's own crops: asked for, worked off as jobs, and told."""
