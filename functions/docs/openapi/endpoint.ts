import type { PlatformSettings } from '../../contract.ts';

/** An endpoint in the OpenAPI document. */
export type Endpoint = PlatformSettings['endpoints'][number];

/** The endpoint's name for operation ids: `count-cars` → `CountCars`. */
export function pascalCase({ name }: Endpoint): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The labels of the endpoint as text. */
export function detectedBy({ labels, modelSummaries }: Endpoint): string {
  if (labels) return labels.join(', ');
  const all = new Set(modelSummaries.flatMap((summary) => summary.labels));
  return all.size > 8 ? `all ${all.size} labels of its models` : [...all].join(', ');
}
