"""News of a study by mail and webhook: what happened that somebody wants to hear of, and its delivery."""
