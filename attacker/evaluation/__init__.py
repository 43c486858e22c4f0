"""What a trained network answers, how often it is right, and what chance or a nuisance cue would reach."""
