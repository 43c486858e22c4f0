"""News of the site itself for who runs it: a part fails for more than a moment, or is well again."""
