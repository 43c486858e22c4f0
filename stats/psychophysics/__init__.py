"""Curves, thresholds, d-prime, response times and confusion."""
