"""Columns of every exported table, in the order of the file, with what the codebook says of them."""
