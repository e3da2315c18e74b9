/** A coarse view of a picture, by which the same scene is recognised after it was encoded anew, resized or edited. */

import type { Raster } from './raster.ts';

/** Cells per side. */
const CELLS = 8;
/** Samples per side of a cell. */
const SAMPLES = 32;
/** The character of the darkest cell; 64 follow each other in ASCII. */
const DARKEST = '0'.charCodeAt(0);

/**
 * Mean luminance of 8 × 8 cells, row by row, a character for each: "0" is black, "o" is white, with 64 levels. Cells
 * are an eighth of the width and of the height, whatever the proportions. By Rec. 601, from 1024 samples a cell.
 */
export function luminanceOf({ pixels, width, height }: Raster): string {
  const sums = new Float64Array(CELLS * CELLS);
  const side = CELLS * SAMPLES;
  const columns = Int32Array.from({ length: side }, (_, at) => 3 * Math.floor(((at + 0.5) * width) / side));
  for (let y = 0; y < side; y++) {
    const row = 3 * width * Math.floor(((y + 0.5) * height) / side);
    for (let column = 0; column < CELLS; column++) {
      const cell = CELLS * Math.floor(y / SAMPLES) + column;
      let sum = sums[cell] as number;
      for (let x = column * SAMPLES; x < (column + 1) * SAMPLES; x++) {
        const at = row + (columns[x] as number);
        sum += 0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number);
      }
      sums[cell] = sum;
    }
  }
  const levels = Array.from(sums, (sum) => DARKEST + Math.floor(sum / SAMPLES ** 2 / 4));
  return String.fromCharCode(...levels);
}
