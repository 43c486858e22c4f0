"""Freezing a study version: candidates, readiness and the freeze itself."""
