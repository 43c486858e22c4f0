"""The dataset: all tables of a version as one Psych-DS zip file, with codebook and scripts that read it."""
