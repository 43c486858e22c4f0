"""Secondary analyses of machines: whether one is only biased, and all of them side by side."""
