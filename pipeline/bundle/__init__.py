"""The bundle: a whole study in one file, for another installation and the same verdict."""
