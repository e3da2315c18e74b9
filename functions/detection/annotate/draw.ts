import type { Box } from '../box.ts';
import type { Raster, Size } from '../raster.ts';
import { type Area, fill, frame, stamp } from './canvas.ts';
import { captionOf } from './caption.ts';
import { classColour, inkOn } from './palette.ts';
import { Typeface } from './typeface.ts';

/** The drawn part of a detection. */
export interface Mark {
  readonly label: string;
  readonly classIndex: number;
  /** 0–1. */
  readonly confidence: number;
  /** In pixels of the source picture, which may be larger than the annotated one. */
  readonly box: Box;
}

/** Sizes of the drawing, pixels. They grow with the picture, so that it looks the same at any display size. */
interface Style {
  /** Thickness of a box's coloured line. */
  readonly line: number;
  /** Thickness of the dark or light line around it, which separates the colour from the picture. */
  readonly casing: number;
  readonly padding: number;
  readonly typeface: Typeface;
}

/**
 * Draws boxes and labels into a picture's pixels, in place. Labels are drawn over boxes, and the most confident
 * detection last. A label moves away from the labels of more confident detections where there is room.
 * @param marks by confidence, descending
 * @param source size of the picture in whose pixels the boxes are
 */
export function draw(raster: Raster, marks: readonly Mark[], source: Size): void {
  const style = styleFor(raster);
  const areas = marks.map(({ box }) => scaleBox(box, raster, source));
  for (const [index, mark] of [...marks.entries()].reverse()) drawBox(raster, areas[index] as Area, mark, style);
  if (!roomForLabels(raster, style)) return;
  const taken: Area[] = [];
  const labels = marks.map((mark, index) => placeLabel(mark, areas[index] as Area, raster, taken, style));
  for (const [index, mark] of [...marks.entries()].reverse()) drawLabel(raster, labels[index] as Area, mark, style);
}

function styleFor({ width, height }: Size): Style {
  const side = Math.max(width, height);
  const line = Math.max(2, Math.ceil(side / 260));
  const capital = Math.max(8, Math.round(side / 62));
  const casing = Math.max(1, Math.round(line / 4));
  return { line, casing, padding: Math.max(2, Math.round(capital / 3)), typeface: typefaceOf(capital) };
}

/** The last typeface is kept, because most pictures of a process have one size; only one, so that memory is bounded. */
let lastTypeface = new Typeface(25);

function typefaceOf(capital: number): Typeface {
  if (lastTypeface.capital !== capital) lastTypeface = new Typeface(capital);
  return lastTypeface;
}

/** Thumbnails get boxes only, because labels would hide the objects. */
function roomForLabels({ height }: Size, style: Style): boolean {
  return labelHeight(style) * 4 <= height;
}

function labelHeight({ typeface, padding }: Style): number {
  return typeface.height + 2 * padding;
}

function scaleBox({ x, y, width, height }: Box, raster: Size, source: Size): Area {
  const [scaleX, scaleY] = [raster.width / source.width, raster.height / source.height];
  const left = Math.min(raster.width - 1, Math.floor(x * scaleX));
  const top = Math.min(raster.height - 1, Math.floor(y * scaleY));
  const right = Math.max(left + 1, Math.ceil((x + width) * scaleX));
  return { left, top, right, bottom: Math.max(top + 1, Math.ceil((y + height) * scaleY)) };
}

function drawBox(raster: Raster, area: Area, { classIndex }: Mark, { line, casing }: Style): void {
  const colour = classColour(classIndex);
  frame(raster, grow(area, casing), casing, inkOn(colour));
  frame(raster, area, line, colour);
}

function grow({ left, top, right, bottom }: Area, by: number): Area {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

function textOf(mark: Mark): string {
  return `${captionOf(mark)} ${Math.round(mark.confidence * 100)}%`;
}

/** A label's area: the first free one above, inside at the top, below, inside at the bottom; otherwise above. */
function placeLabel(mark: Mark, box: Area, { width, height }: Size, taken: Area[], style: Style): Area {
  const { typeface, padding, casing } = style;
  const labelWidth = typeface.layOut(textOf(mark)).width + 2 * padding;
  const high = labelHeight(style);
  const left = Math.max(0, Math.min(box.left - casing, width - labelWidth));
  const at = (top: number): Area => {
    const kept = Math.max(0, Math.min(top, height - high));
    return { left, top: kept, right: left + labelWidth, bottom: kept + high };
  };
  const positions = [box.top - high, box.top, box.bottom, box.bottom - high].map(at);
  const position = positions.find((each) => !taken.some((other) => overlap(each, other))) ?? (positions[0] as Area);
  taken.push(position);
  return position;
}

function overlap(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function drawLabel(raster: Raster, area: Area, mark: Mark, { typeface, padding }: Style): void {
  const colour = classColour(mark.classIndex);
  const ink = inkOn(colour);
  fill(raster, area, colour);
  for (const { mask, x } of typeface.layOut(textOf(mark)).glyphs) {
    stamp(raster, mask, area.left + padding + x, area.top + padding, ink);
  }
}
