"""Secondary analyses of machines: whether one is only biased, and those that came from outside."""
