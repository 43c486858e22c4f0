"""What participants did: how far each came, in what time, what leaves them out, and what they are paid."""
