"""Curves, thresholds, d-prime, response times, confusion and error consistency."""
