import type { FindingOf } from '../judge/finding.ts';
import type { TickRecord } from '../records/tick-record.ts';

/** The last finding by decisions of people among the records of a rollout, and its tick. */
export function peoplesVerdict(
  audits: readonly TickRecord[],
): { readonly tick: TickRecord; readonly finding: FindingOf<'truth'> } | undefined {
  for (const tick of audits.toReversed()) {
    for (const finding of tick.findings) if (finding.kind === 'truth') return { tick, finding };
  }
  return undefined;
}
