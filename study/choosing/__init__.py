"""The answers on a participant's screen: their keys, their order and the room that they need."""
