/** How often a comparison of challengers is wrong: seeded, with the real judge. */

import { type ChallengeResult, judgeChallengers } from '../../functions/judge/challengers.ts';
import { Random } from './random.ts';

/** Pictures of each comparison. */
const PICTURES = 200;

/** Challengers against live, each with the share of pictures in which it errs. */
export interface Field {
  readonly name: string;
  readonly live: number;
  readonly challengers: readonly number[];
}

/** Fields in which a wrong statement is possible. */
export const FIELDS: readonly Field[] = [
  { name: 'five equals', live: 0.4, challengers: [0.4, 0.4, 0.4, 0.4, 0.4] },
  { name: 'equal or worse', live: 0.4, challengers: [0.4, 0.42, 0.5, 0.6, 0.8] },
  { name: 'rare errors, equal', live: 0.03, challengers: [0.03, 0.03, 0.03, 0.03, 0.03] },
  { name: 'two better, equal', live: 0.6, challengers: [0.1, 0.1, 0.6, 0.6, 0.6] },
  { name: 'one slightly better', live: 0.4, challengers: [0.35, 0.4, 0.4, 0.4, 0.4] },
  { name: 'one better', live: 0.6, challengers: [0.2, 0.6, 0.6, 0.7, 0.7] },
];

/** How comparisons of one field ended. */
export interface FieldResult {
  readonly field: Field;
  readonly runs: number;
  /** Comparisons with a winner. */
  readonly winner: number;
  /** Comparisons whose winner is called best. */
  readonly best: number;
  /** Comparisons whose winner is no better than live, or that call one best that is no better than another. */
  readonly wrong: number;
}

/** Compares challengers of a field `runs` times. */
export function simulateField(field: Field, runs: number, seed = 1): FieldResult {
  const results = Array.from({ length: runs }, (_, run) => compareOnce(field, new Random(seed, run)));
  const number = (isCounted: (result: ChallengeResult) => boolean) => results.filter(isCounted).length;
  return {
    field,
    runs,
    winner: number(({ winner }) => winner !== undefined),
    best: number(({ winner }) => winner?.claim === 'best'),
    wrong: number((result) => isWrong(field, result)),
  };
}

/** Counts of 1–5 objects. Half of the errors come from the picture: hard ones are hard for all. */
function compareOnce({ live, challengers }: Field, random: Random): ChallengeResult {
  const pictures = Array.from({ length: PICTURES }, () => ({ objects: 1 + random.below(5), hard: random.uniform() }));
  const errors = (share: number) =>
    pictures.map(({ objects, hard }) => {
      const errs = (random.chance(0.5) ? hard : random.uniform()) < share;
      return errs ? Math.min(1, (1 + random.below(2)) / objects) : 0;
    });
  return judgeChallengers(
    errors(live),
    challengers.map((share, index) => ({ name: String(index), errors: errors(share) })),
  );
}

function isWrong({ live, challengers }: Field, { winner }: ChallengeResult): boolean {
  if (!winner) return false;
  const share = challengers[Number(winner.name)] as number;
  const others = challengers.filter((_, index) => index !== Number(winner.name));
  return share >= live || (winner.claim === 'best' && others.some((other) => other <= share));
}

/** A table in Markdown. */
export function challengerTable(results: readonly FieldResult[]): string {
  const rows = results.map(({ field, runs, winner, best, wrong }) => {
    const shares = [field.live, ...field.challengers].map((share) => `${Math.round(100 * share)} %`).join(', ');
    return `| ${[field.name, shares, ...[winner, best, wrong].map((count) => percent(count / runs))].join(' | ')} |`;
  });
  return [
    '| field | pictures with an error: live, challengers | a winner | called best | wrong |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
