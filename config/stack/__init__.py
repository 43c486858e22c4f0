"""The one-command local stack, `python -m config.stack up`: broker, worker, beat and web, supervised."""
