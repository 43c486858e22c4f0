"""One module per command of `python -m pipeline.stats`: `describe` adds options, `run` returns text."""
