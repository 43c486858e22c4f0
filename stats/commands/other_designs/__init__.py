"""Commands of `python -m stats` for designs that have more, or less, than people, photos and levels."""
