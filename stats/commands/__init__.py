"""Commands of `python -m stats`, one module each: `describe` adds options, `run` returns text to print."""
