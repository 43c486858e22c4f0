"""The researcher's desk: pages linked from the admin, for what people would rather look at than read."""
