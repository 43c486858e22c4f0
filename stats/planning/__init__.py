"""Before and during a study: simulation, power, error rates and monitoring."""
