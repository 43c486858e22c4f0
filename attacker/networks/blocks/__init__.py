"""Transformers of many builds, cut block by block."""
