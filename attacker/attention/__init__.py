"""Attention maps of a network, their summary by class and body part, and tests of their faithfulness."""
