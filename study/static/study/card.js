// A bank card (ISO/IEC 7810, ID-1), and what its size says of a screen.

export const SIDES = { across: 85.6, upright: 53.98 }; // mm
const UPRIGHT_BELOW = 600; // CSS px: a narrower window is that of a phone, on which a card fits upright only

export const fitsUpright = (windowWidth) => windowWidth < UPRIGHT_BELOW;

// `cssPixels` is how long the page draws what is so many millimetres long, `ratio` the pixels of the screen for each.
export const millimetresPerPixel = (millimetres, cssPixels, ratio) => millimetres / (cssPixels * ratio);
