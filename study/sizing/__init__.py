"""How large photos are on a person's screen: measured by a card, in degrees, by the design's rule."""
