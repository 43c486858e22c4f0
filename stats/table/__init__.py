"""Tables of trials: the declared columns, their reading, checking and importing, and trials as arrays."""
