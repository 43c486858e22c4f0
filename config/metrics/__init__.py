"""Figures of the running site for Prometheus: `/metrics`, for whoever has the token."""
