"""Django's PostgreSQL, which asks whether a kept connection still lives only where there is doubt."""
