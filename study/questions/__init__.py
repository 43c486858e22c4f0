"""Questions beside the photos: about the instructions, about the session, and the researcher's own form."""
