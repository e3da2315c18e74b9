import { type Glyph, glyphOf, type Point } from './glyphs.ts';

/** Share of a colour by pixel, 0–1, row by row. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly shares: Float32Array;
}

/** A line of text, ready to be drawn by `stamp`. */
export interface Line {
  readonly glyphs: readonly { readonly mask: Mask; readonly x: number }[];
  readonly width: number;
}

interface DrawnGlyph {
  readonly mask: Mask;
  /** Distance from its left edge to the next glyph's, pixels. */
  readonly advance: number;
}

const CAPITAL = 12;
const DESCENDER = 4;
/** Width of the pen in units of the glyphs' grid: semi-bold. */
const PEN = 1.9;
/** Distance between two glyphs, from pen edge to pen edge. */
const GAP = 1.5;

/** The typeface at one size: `capital` is the height of a capital letter in pixels. Each glyph is drawn once. */
export class Typeface {
  readonly capital: number;
  private readonly scale: number;
  private readonly drawn = new Map<string, DrawnGlyph>();

  constructor(capital: number) {
    this.capital = capital;
    this.scale = capital / CAPITAL;
  }

  /** Height of a line in pixels, from the top of the capitals to the bottom of the descenders, pen included. */
  get height(): number {
    return Math.ceil((CAPITAL + DESCENDER + PEN) * this.scale);
  }

  /** The masks of a text's characters, each with its distance from the text's left edge, pixels. */
  layOut(text: string): Line {
    let x = 0;
    const glyphs = Array.from(text, (character) => {
      const { mask, advance } = this.draw(character);
      const placed = { mask, x };
      x += advance;
      return placed;
    });
    return { glyphs, width: Math.max(0, x - Math.round(GAP * this.scale)) };
  }

  private draw(character: string): DrawnGlyph {
    const known = this.drawn.get(character);
    if (known) return known;
    const glyph = glyphOf(character);
    const mask = drawGlyph(glyph, this.scale, this.height);
    const drawn = { mask, advance: Math.round((glyph.width + PEN + GAP) * this.scale) };
    this.drawn.set(character, drawn);
    return drawn;
  }
}

function drawGlyph({ strokes, width }: Glyph, scale: number, height: number): Mask {
  const columns = Math.ceil((width + PEN) * scale);
  const mask: Mask = { width: columns, height, shares: new Float32Array(columns * height) };
  const toPixels = ([x, y]: Point): Point => [(x + PEN / 2) * scale, (y + PEN / 2) * scale];
  for (const stroke of strokes) {
    const points = stroke.map(toPixels);
    for (let at = 0; at === 0 || at < points.length - 1; at++) {
      drawLine(mask, points[at] as Point, points[at + 1] ?? (points[at] as Point), (PEN * scale) / 2);
    }
  }
  return mask;
}

/** A line with round ends; a pixel's share falls from 1 to 0 over the pixel at the pen's edge. */
function drawLine({ width, height, shares }: Mask, from: Point, to: Point, radius: number): void {
  const left = Math.max(0, Math.floor(Math.min(from[0], to[0]) - radius - 1));
  const right = Math.min(width, Math.ceil(Math.max(from[0], to[0]) + radius + 1));
  const top = Math.max(0, Math.floor(Math.min(from[1], to[1]) - radius - 1));
  const bottom = Math.min(height, Math.ceil(Math.max(from[1], to[1]) + radius + 1));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const share = Math.min(1, radius + 0.5 - distance([x + 0.5, y + 0.5], from, to));
      if (share > (shares[y * width + x] as number)) shares[y * width + x] = share;
    }
  }
}

/** Distance of a point from the line segment between two points. */
function distance([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / length));
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
}
