"""The search for a stronger attack: recipes are tried on training and validation photos, within a budget."""
