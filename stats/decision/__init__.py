"""The tests of each level and the verdict that follows from them."""
