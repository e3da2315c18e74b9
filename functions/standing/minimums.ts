/** The minimums of a step that its last tick has not reached. */

import type { Judging } from '../api/judge-schemas.ts';
import type { Finding } from '../judge/finding.ts';

type Minimum = NonNullable<Judging['also_needs']>[number];

/** Pictures, scenes and minutes that a shadow still lacks. Until it has them, no decision of people promotes. */
export function minimumsLacking(findings: readonly Finding[]): Minimum[] {
  return findings.flatMap((finding): Minimum[] => {
    if (finding.outcome !== 'hold') return [];
    if (finding.kind === 'scenes' && finding.need !== undefined) {
      return [{ of: 'scenes', have: finding.scenes, need: finding.need }];
    }
    if (finding.kind !== 'enough') return [];
    const { of, have, need } = finding;
    if (of === 'pictures') return [{ of, have, need }];
    return of === 'ms' ? [{ of: 'minutes', have: Math.floor(have / 60_000), need: Math.ceil(need / 60_000) }] : [];
  });
}
