/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels in memory: 8-bit sRGB, three bytes each, row by row, upright. */
export interface Raster extends Size {
  readonly pixels: Uint8Array;
}

/**
 * Frees a raster's memory now; it has no pixels after it. Left to the garbage collector, which does not see how large they are,
 * some ten pictures would be in memory at once. Freeing again does nothing.
 */
export function free({ pixels }: Raster): void {
  const { buffer, byteLength } = pixels;
  // A view of a part of a buffer shares it with others (small Buffers come from a common pool).
  const alone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (alone && !buffer.detached) buffer.transfer(0);
}
