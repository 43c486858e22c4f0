"""The people: studies, sessions, answers, and the pages of participants."""
