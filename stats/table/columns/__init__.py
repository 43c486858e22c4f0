"""The declared columns of a table of trials, by what they are about."""
