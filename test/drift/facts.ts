/** Pictures and answers for the tests of drift. */

import type { ObjectFacts, PictureFacts } from '../../functions/drift/features.ts';

/** A Monday, 00:00 UTC, hours since the epoch. */
export const MONDAY = 24 * 20_416;

/** The luminance of a picture of 64 cells of this level. */
export const flat = (level: number) => String.fromCharCode(48 + level).repeat(64);

/** An object of 64 × 48 pixels at this position. */
export function object(label: string, { confidence = 0.8, x = 100, y = 100 } = {}): ObjectFacts {
  return { label, confidence, box: { x, y, width: 64, height: 48 } };
}

/** A picture of 640 × 480 pixels, JPEG quality 90, with two cars. */
export function picture(changes: Partial<PictureFacts> = {}): PictureFacts {
  return {
    time: MONDAY * 3_600_000,
    image: { width: 640, height: 480 },
    luminance: flat(30),
    measures: { brightness: 120, contrast: 0.5, saturation: 0.3, sharpness: 0.5, tilt: 0, quality: 90 },
    detections: [object('car'), object('car', { x: 400 })],
    ...changes,
  };
}
