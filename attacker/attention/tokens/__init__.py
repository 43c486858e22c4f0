"""Maps from what the tokens of a transformer attend to: rollout and relevance."""
