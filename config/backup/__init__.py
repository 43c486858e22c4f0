"""Backups of the whole site: a folder with its database and files, counted when made and when restored."""
