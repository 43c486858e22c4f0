"""Tables that leave the site: trials, grids, codebook and files."""
