"""Machines from outside in tables and reports: their answers as rows, and what is known of them in words."""
