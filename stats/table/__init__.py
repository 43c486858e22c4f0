"""The tidy table of trials: columns, parsing, reading and importing."""
