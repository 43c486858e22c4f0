"""The answers on a participant's screen: their keys and their order."""
