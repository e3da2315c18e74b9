/** The end of the judging, in words. */

import type { JudgeAnswer } from '../../api/judge-schemas.ts';

/** What people said, once they are no longer needed. */
export type Judged = Extract<JudgeAnswer, { state: 'ended' }>;

/** `running in canary at 50 %`, `rolled back` */
export function stateInWords({ phase, step }: Pick<Judged, 'phase' | 'step'>): string {
  return step === undefined ? phase : `${phase} in ${step}`;
}

/** What happens after the judging. */
export function nextInWords({ version, phase }: Pick<Judged, 'version' | 'phase'>): string {
  if (phase === 'done') return `Version ${version} has all live traffic.`;
  if (phase === 'rolled back') return `Version ${version} gets no live traffic: the version before it goes on.`;
  const isRunning = ['starting', 'running', 'waiting'].includes(phase);
  return isRunning ? 'The rollout goes on by itself.' : `The rollout of version ${version} has ended.`;
}

/** `2 pictures were decided after the end: …`; empty without any. */
export function lateInWords({ judged, late = 0 }: Pick<Judged, 'judged' | 'late'>): string {
  if (late === 0) return '';
  const many = late === 1 ? '1 picture was decided' : `${late} pictures were decided`;
  return `${many} after the end: saved, but not counted. The verdict has ${judged}.`;
}
