import type { PlatformSettings } from '../../contract.ts';

/** An endpoint as the document tells about it. */
export type Endpoint = PlatformSettings['endpoints'][number];

/** `count-cars` as a part of names in code: `CountCars`. */
export function pascalCase({ name }: Endpoint): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What the endpoint finds, in words. */
export function foundBy({ labels, modelSummaries }: Endpoint): string {
  if (labels) return labels.join(', ');
  const all = new Set(modelSummaries.flatMap((summary) => summary.labels));
  return all.size > 8 ? `all ${all.size} labels of its models` : [...all].join(', ');
}
