import type { Corners } from './box.ts';
import type { Manifest } from './manifest.ts';
import type { Size } from './raster.ts';

/**
 * Position of a picture in the input tensor, with which boxes are mapped back to the source.
 * Tensor pixel = source pixel · scale + offset, per axis; positions are continuous (a pixel's centre is at + 0.5).
 */
export interface Placement {
  /** Left edge of the picture in the tensor, whole pixels. */
  readonly left: number;
  readonly top: number;
  /** The picture's size in the tensor, whole pixels, at least 1. */
  readonly width: number;
  readonly height: number;
  /** `width` / the source's width. Per axis, because rounding to whole pixels makes them differ a little. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/**
 * Places a picture in the model's input by the manifest: stretched over all of it, or in proportion, at the top left
 * (YOLOX) or in the centre (Ultralytics).
 * @param source size of the upright picture, at least 1 × 1
 */
export function place(source: Size, input: Manifest['input']): Placement {
  if (input.fit.kind === 'stretch') return placement(source, input, 0, 0);
  const { width, height } = fitInto(source, input);
  if (input.fit.position === 'top-left') return placement(source, { width, height }, 0, 0);
  const left = Math.floor((input.width - width) / 2);
  const top = Math.floor((input.height - height) / 2);
  return placement(source, { width, height }, left, top);
}

/** The largest size with the source's proportions, rounded down as in YOLOX; at least 1 × 1. */
function fitInto(source: Size, { width, height }: Size): Size {
  const wide = source.width * height >= source.height * width;
  return wide
    ? { width, height: Math.max(1, Math.floor((source.height * width) / source.width)) }
    : { width: Math.max(1, Math.floor((source.width * height) / source.height)), height };
}

function placement(source: Size, { width, height }: Size, left: number, top: number): Placement {
  return { left, top, width, height, scaleX: width / source.width, scaleY: height / source.height };
}

/** Maps corners from tensor pixels to source pixels, without clipping. */
export function toSource({ left, top, right, bottom }: Corners, placed: Placement): Corners {
  return {
    left: (left - placed.left) / placed.scaleX,
    top: (top - placed.top) / placed.scaleY,
    right: (right - placed.left) / placed.scaleX,
    bottom: (bottom - placed.top) / placed.scaleY,
  };
}
