"""Commands of `manage.py` about photos and the demonstration."""
