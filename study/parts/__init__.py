"""Parts of a session on several days: the blocks of each, when it may begin, and its entry in a calendar."""
