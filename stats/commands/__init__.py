"""One module per command of `python -m stats`: `describe` adds options, `run` returns text."""
