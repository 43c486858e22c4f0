"""Machines from outside: packs are frozen and handed out, tables come back, are looked at and taken."""
