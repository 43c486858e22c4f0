"""Photos on disk: folders, tables beside them, near-duplicates, splits and decoding."""
