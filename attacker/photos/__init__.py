"""Photos on disk: class folders and the tables beside them, near-duplicates, splits and decoding."""
