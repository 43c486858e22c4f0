"""Photos in: read what people upload, refuse what cannot be used, split it once by source photo."""
