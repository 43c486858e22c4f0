"""Pages and addresses for participants."""
