"""Tables of trials: the declared columns, their reading and checking, and trials as arrays."""
