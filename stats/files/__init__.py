"""Files of other programs, read as text a batch of rows at a time: separated cells, JSON, archives."""
