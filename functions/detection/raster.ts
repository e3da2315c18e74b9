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
 * Frees a raster's memory at once; the raster has no pixels afterwards. The garbage collector does not count the size
 * of pixels and would leave about ten pictures in memory. Freeing again does nothing.
 */
export function free({ pixels }: Raster): void {
  const { buffer, byteLength } = pixels;
  // Because a view of part of a buffer shares it with others (small Buffers come from a common pool).
  const alone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (alone && !buffer.detached) buffer.transfer(0);
}
