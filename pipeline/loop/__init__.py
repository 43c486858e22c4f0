"""The loop over levels: state, decisions and the next step."""
