"""Pretrained networks cut into stages: weights, heads, devices and precision."""
