"""Machines behind endpoints, asked from the site: which may be, at what cost, and the job that asks."""
