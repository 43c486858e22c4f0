"""Commands of `python -m stats` that compare observers: whom machines and people err with, and machines."""
