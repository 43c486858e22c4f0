"""From a frozen version and its answers to a stored analysis and its report."""
