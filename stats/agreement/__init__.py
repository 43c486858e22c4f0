"""Whether observers err on the same photos: kappa of pairs, its resamples, and its differences."""
