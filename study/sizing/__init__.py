"""How large photos are on a person's screen: size and distance measured, in degrees, by the design's rule."""
