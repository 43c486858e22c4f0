"""Estimates and intervals: clustered, exact, bootstrap, mixed model and sequential."""
