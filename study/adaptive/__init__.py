"""Adaptive levels: how light a level the next photos of a person need, by what that person has answered."""
