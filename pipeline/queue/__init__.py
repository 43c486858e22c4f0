"""Job rows: their life cycle, and notifying workers of them; signs of life of workers."""
