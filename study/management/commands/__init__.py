"""Commands of `manage.py` about participants."""
