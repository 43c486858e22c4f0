"""The commands of ``python -m attacker``: what each takes, does and prints."""
