"""Minimal recognisable crops of a search: selected by some people, estimated from others."""
