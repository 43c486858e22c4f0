"""Accounts of researchers: their second factor, its backup codes, and who has given only a password yet."""
