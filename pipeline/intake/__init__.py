"""Photos into a study: reading folders and zip files, grouping near-duplicates, splitting and storing."""
