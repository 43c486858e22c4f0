"""Statements for the database: those whose SQL is written once, and counts inside other statements."""
