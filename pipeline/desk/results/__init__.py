"""Pages about results: who knows which photo, versions beside each other, and a whole study to take away."""
