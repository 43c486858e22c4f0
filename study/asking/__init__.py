"""What a trial asks of a person: each task's words, its templates, and what it is answered with."""
