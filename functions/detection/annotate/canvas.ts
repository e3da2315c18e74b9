import type { Raster } from '../raster.ts';
import type { Colour } from './palette.ts';
import type { Mask } from './typeface.ts';

/** A rectangle of whole pixels; right and bottom are the first ones outside. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Fills the part of an area inside the picture. */
export function fill({ pixels, width, height }: Raster, area: Area, [red, green, blue]: Colour): void {
  const left = Math.max(0, area.left);
  const right = Math.min(width, area.right);
  const bottom = Math.min(height, area.bottom);
  for (let y = Math.max(0, area.top); y < bottom; y++) {
    for (let at = (y * width + left) * 3, end = (y * width + right) * 3; at < end; at += 3) {
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
    }
  }
}

/** Draws a frame of `thickness` pixels inside the border of an area. */
export function frame(raster: Raster, area: Area, thickness: number, colour: Colour): void {
  const { left, top, right, bottom } = area;
  const innerTop = Math.min(bottom, top + thickness);
  const innerBottom = Math.max(innerTop, bottom - thickness);
  fill(raster, { left, top, right, bottom: innerTop }, colour);
  fill(raster, { left, top: innerBottom, right, bottom }, colour);
  fill(raster, { left, top: innerTop, right: Math.min(right, left + thickness), bottom: innerBottom }, colour);
  fill(raster, { left: Math.max(left, right - thickness), top: innerTop, right, bottom: innerBottom }, colour);
}

/** Blends a colour over the picture by a mask whose top left corner is at (left, top). */
export function stamp({ pixels, width, height }: Raster, mask: Mask, left: number, top: number, colour: Colour): void {
  const bottom = Math.min(mask.height, height - top);
  const right = Math.min(mask.width, width - left);
  for (let y = Math.max(0, -top); y < bottom; y++) {
    for (let x = Math.max(0, -left); x < right; x++) {
      const share = mask.shares[y * mask.width + x] as number;
      if (share > 0) blend(pixels, ((top + y) * width + left + x) * 3, colour, share);
    }
  }
}

function blend(pixels: Uint8Array, at: number, colour: Colour, share: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const below = pixels[at + channel] as number;
    pixels[at + channel] = Math.round(below + ((colour[channel] as number) - below) * share);
  }
}
