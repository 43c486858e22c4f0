"""Pages on the way to a frozen study: a new one, its photos, its number of people, its notices."""
