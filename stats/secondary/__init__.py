"""Secondary analyses, one module each: every estimate has its interval, and none can change the verdict."""
