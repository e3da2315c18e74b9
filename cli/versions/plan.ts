/** Which published versions of a function are kept, and why. Pure. */

/** An alias with the versions that it sends requests to. */
export interface AliasUse {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly percent: number }[];
}

/** A batch job that invokes a version. */
export interface JobUse {
  readonly name: string;
  readonly version: string;
  /** Otherwise it has not succeeded, and can be resumed. */
  readonly isRunning: boolean;
}

/** Everything that can refer to a version of a function. */
export interface VersionUse {
  /** Numbers of the published versions. */
  readonly published: readonly string[];
  readonly aliases: readonly AliasUse[];
  /** The main version of the alias `live`. */
  readonly live: string;
  /** Of the note in the alias `live`. */
  readonly note?: { readonly previous?: string | undefined; readonly rollout?: string | undefined };
  /** The last rollout. */
  readonly rollout?: { readonly candidate: string; readonly stable: string; readonly isRunning: boolean };
  /** Absent: the endpoint runs no batch jobs. */
  readonly jobs?: readonly JobUse[];
}

/** Why a version is kept. */
export type Reason =
  | { readonly kind: 'alias'; readonly alias: string; readonly percent: number }
  /** A rollback goes there. */
  | { readonly kind: 'previous' }
  /** The candidate of the rollout that moved `live` last. */
  | { readonly kind: 'moved live' }
  /** The version published before the live one. */
  | { readonly kind: 'before live' }
  | { readonly kind: 'rollout'; readonly role: 'candidate' | 'stable'; readonly isRunning: boolean }
  | { readonly kind: 'batch job'; readonly job: string; readonly isRunning: boolean }
  /** Version 1: the template names it for `live` (docs/decisions/0034-nothing-moves-live.md). */
  | { readonly kind: 'template' }
  | { readonly kind: 'newest'; readonly of: number };

/** One published version. */
export interface PlannedVersion {
  readonly version: string;
  /** Empty: nothing needs it. */
  readonly reasons: readonly Reason[];
}

/**
 * The published versions, newest first, each with every reason to keep it.
 * @param keep how many of the newest are kept, whatever they are for
 */
export function planPrune(use: VersionUse, keep: number): PlannedVersion[] {
  const versions = use.published.toSorted((a, b) => Number(b) - Number(a));
  const before = versions.find((version) => Number(version) < Number(use.live));
  return versions.map((version, index) => ({
    version,
    reasons: [
      ...aliasReasons(version, use),
      ...only(use.note?.previous === version, { kind: 'previous' }),
      ...only(use.note?.rollout === version, { kind: 'moved live' }),
      ...only(before === version, { kind: 'before live' }),
      ...rolloutReasons(version, use),
      ...jobReasons(version, use),
      ...only(version === '1', { kind: 'template' }),
      ...only(index < keep, { kind: 'newest', of: keep }),
    ],
  }));
}

function only(holds: boolean, reason: Reason): Reason[] {
  return holds ? [reason] : [];
}

function aliasReasons(version: string, { aliases }: VersionUse): Reason[] {
  return aliases.flatMap(({ name, versions }) =>
    versions
      .filter((each) => each.version === version)
      .map(({ percent }) => ({ kind: 'alias' as const, alias: name, percent })),
  );
}

function rolloutReasons(version: string, { rollout }: VersionUse): Reason[] {
  if (!rollout) return [];
  const { candidate, stable, isRunning } = rollout;
  return [
    ...only(candidate === version, { kind: 'rollout', role: 'candidate', isRunning }),
    ...only(stable === version, { kind: 'rollout', role: 'stable', isRunning }),
  ];
}

function jobReasons(version: string, { jobs = [] }: VersionUse): Reason[] {
  return jobs
    .filter((job) => job.version === version)
    .map(({ name, isRunning }) => ({ kind: 'batch job' as const, job: name, isRunning }));
}
