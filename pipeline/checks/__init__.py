"""What an attacker's failure means: learning curves, controls, baselines, trust in its attention."""
