"""What a researcher can do, called by the admin and the desk alike."""
