"""The demonstration: drawn photos through the whole loop."""
