import type { Size } from './raster.ts';

/** A box in pixels of the upright source picture; (x, y) is its top left corner. Inside the picture, never empty. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A box by its corners, in fractions of pixels; it may extend beyond the picture or the input tensor. */
export interface Corners {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Area of a box in square pixels; 0 where a side is not positive. */
export function area({ left, top, right, bottom }: Corners): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** Intersection over union of two boxes, 0–1; 0 where they do not overlap. */
export function iou(a: Corners, b: Corners): number {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / (area(a) + area(b) - shared);
}

/** Area in which two boxes overlap, in square pixels. */
export function overlapArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

/** Intersection over union of two boxes, 0–1; rounding can exceed 1 by a last digit. */
export function boxIou(a: Box, b: Box): number {
  const shared = overlapArea(a, b);
  return shared > 0 ? shared / (a.width * a.height + b.width * b.height - shared) : 0;
}

/** The part of a box inside a picture; `undefined` where there is none. */
export function clip({ left, top, right, bottom }: Corners, { width, height }: Size): Box | undefined {
  const x = Math.max(0, left);
  const y = Math.max(0, top);
  const box = { x, y, width: Math.min(width, right) - x, height: Math.min(height, bottom) - y };
  return box.width > 0 && box.height > 0 ? box : undefined;
}
