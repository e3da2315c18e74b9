import type { Decoder } from './decoder.ts';
import { yolox } from './yolox.ts';

/** The families that a manifest may name. */
export const FAMILIES = ['yolox'] as const;

export type Family = (typeof FAMILIES)[number];

/** The decoder of each family. */
export const DECODERS: Record<Family, Decoder> = { yolox };
