"""A machine behind a chat endpoint: asked about each stimulus of a pack, once and within a budget."""
