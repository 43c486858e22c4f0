"""Levels, windows and stimuli: where a photo is cut, and the files that result."""
