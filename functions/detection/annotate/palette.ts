/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number];

export const BLACK: Colour = [0, 0, 0];
export const WHITE: Colour = [255, 255, 255];

/**
 * The colours of Okabe and Ito ("Color Universal Design", 2008), which are distinguishable with any form of colour
 * blindness; without their black, which is hard to see on a photo.
 */
const HUES: readonly Colour[] = [
  [213, 94, 0],
  [86, 180, 233],
  [240, 228, 66],
  [0, 158, 115],
  [204, 121, 167],
  [0, 114, 178],
  [230, 159, 0],
];

/** Shares of white (positive) or black (negative), one for each round through the hues. */
const SHADES = [0, 0.5, -0.4, 0.7, -0.6, 0.25, -0.2, 0.6, -0.5, 0.4, -0.3, 0.15];

/** The colour of a class: constant for an index, and different for the first 84 indexes. */
export function classColour(classIndex: number): Colour {
  const hue = HUES[classIndex % HUES.length] as Colour;
  const shade = SHADES[Math.floor(classIndex / HUES.length) % SHADES.length] as number;
  return mix(hue, shade > 0 ? WHITE : BLACK, Math.abs(shade));
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const channel = (index: 0 | 1 | 2) => Math.round(a[index] + (b[index] - a[index]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** Black or white, whichever has more contrast on a colour: at least 4.5, which WCAG 2.2 requires of text. */
export function inkOn(colour: Colour): Colour {
  return contrast(colour, BLACK) >= contrast(colour, WHITE) ? BLACK : WHITE;
}

/** Contrast ratio of two colours, 1–21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: Colour, b: Colour): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of an sRGB colour, 0–1 (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
