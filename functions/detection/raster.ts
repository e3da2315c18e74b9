/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels in memory: 8-bit sRGB, three bytes each, row by row, upright. */
export interface Raster extends Size {
  readonly pixels: Uint8Array;
}
