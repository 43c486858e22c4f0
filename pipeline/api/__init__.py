"""The JSON API: what the desk's buttons do, for scripts with a token, and its OpenAPI description."""
