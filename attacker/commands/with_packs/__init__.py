"""Commands about prediction packs: freezing them, letting a machine answer them, and taking its table."""
