import type { Manifest } from './manifest.ts';

type Thresholds = Pick<Manifest['thresholds'], 'perLabel' | 'confidence'>;

/** The confidence threshold of a label by the manifest, 0–1. A label can be named as what every object has. */
export function thresholdOf({ perLabel, confidence }: Thresholds, label: string): number {
  return Object.hasOwn(perLabel, label) ? (perLabel[label] as number) : confidence;
}
