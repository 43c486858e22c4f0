"""The tasks of a session, one module each: how their trials are planned, graded and taught."""
