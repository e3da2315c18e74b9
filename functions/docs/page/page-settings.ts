import type { EndpointSettings, ModelSummary, PlatformSettings } from '../../contract.ts';

/** What a model holds for an object when a request says nothing, and what a request may say (see its manifest). */
interface Thresholds {
  readonly confidence: number;
  readonly perLabel: Readonly<Record<string, number>>;
  readonly bounds: { readonly confidence: { readonly min: number; readonly max: number } };
}

/** An endpoint with what a request gets that says nothing. */
export type Endpoint = Omit<PlatformSettings['endpoints'][number], 'modelSummaries'> &
  Partial<Pick<EndpointSettings, 'confidence'>> & {
    readonly modelSummaries: readonly (ModelSummary & { readonly thresholds?: Thresholds })[];
  };

/** What the docs function puts into the page. */
export interface PageSettings extends Omit<PlatformSettings, 'endpoints'> {
  readonly endpoints: readonly Endpoint[];
  /** Most bytes of a picture that can be sent straight to an endpoint; bigger ones are uploaded. */
  readonly maxBodyBytes: number;
  /** Whether callers are asked for what `auth` says; not so on a laptop. */
  readonly guarded: boolean;
}

/** How callers really prove who they are. */
export function authOf({ auth, guarded }: PageSettings): PageSettings['auth'] {
  return guarded ? auth : 'none';
}
