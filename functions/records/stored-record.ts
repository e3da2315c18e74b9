/** Reads stored tick records, including those that an older version of the rollout wrote. */

import * as z from 'zod';
import { isEventCode } from '../judge/explain-event.ts';
import type { Finding } from '../judge/finding.ts';
import type { RecordedStep } from './recorded-step.ts';
import { parseWait } from './stored-wait.ts';
import type { TickRecord } from './tick-record.ts';

const STEP_KINDS = [
  'golden',
  'shadow',
  'weight',
  'full',
  'bake',
  'done',
  'unknown',
] as const satisfies readonly RecordedStep['kind'][];

/** A step that this version does not know keeps its words. */
const stepSchema = z.looseObject({
  kind: z.enum(STEP_KINDS).catch('unknown'),
  percent: z.number().exactOptional(),
  baseline: z.enum(['live', 'human']).exactOptional(),
  judge: z.enum(['people', 'labels']).exactOptional(),
  words: z.string(),
});

const outcomeSchema = z.enum(['promote', 'hold', 'roll back']);

const findingSchema = z.looseObject({
  kind: z.enum(['difference', 'limit', 'mean', 'truth', 'labels', 'enough', 'scenes', 'event']),
  outcome: outcomeSchema,
});

const recordSchema = z.looseObject({
  at: z.string(),
  endpoint: z.string(),
  version: z.string(),
  stable_version: z.string(),
  tick: z.int(),
  execution: z.string(),
  rollout_since: z.string().exactOptional(),
  status: z.enum(['running', 'held', 'alarmed', 'done', 'rolled back', 'superseded', 'stopped']),
  /** Older versions wrote words only. */
  step: z.union([stepSchema, z.string()]),
  step_since: z.string(),
  control: z.string().exactOptional(),
  held_by: z.string().exactOptional(),
  outcome: outcomeSchema,
  words: z.string(),
  wait: z.unknown().optional(),
  traffic: z.string(),
  needs_a_person: z.boolean(),
  findings: z.array(z.unknown()),
  steps: z.array(z.union([stepSchema, z.string()])),
  step_number: z.int(),
});

/**
 * A record from the bucket in the present form.
 * @returns undefined where it is no tick record
 */
export function parseTickRecord(json: unknown): TickRecord | undefined {
  const { data } = recordSchema.safeParse(json);
  if (!data) return undefined;
  const steps = data.steps.map((step, index) =>
    typeof step === 'string' ? wordsOnly(step, index, data.steps.length) : step,
  );
  const { step, findings, wait: stored, ...rest } = data;
  const wait = parseWait(stored);
  return {
    ...rest,
    ...(wait && { wait }),
    step:
      typeof step === 'string' ? (steps.find(({ words }) => words === step) ?? { kind: 'unknown', words: step }) : step,
    steps,
    findings: findings.flatMap(findingOf),
  };
}

/** Because every plan begins with the golden gate and ends with `done`, these two are known by their place. */
function wordsOnly(words: string, index: number, count: number): RecordedStep {
  if (index === count - 1) return { kind: 'done', words };
  return { kind: index === 0 ? 'golden' : 'unknown', words };
}

function findingOf(json: unknown): Finding[] {
  const { data: finding } = findingSchema.safeParse(json);
  if (!finding) return [];
  const { kind, outcome, event, words } = finding;
  if (kind !== 'event' || (typeof event === 'string' && isEventCode(event))) return [finding as unknown as Finding];
  return [{ kind, outcome, event: 'other', words: String(words ?? event) }];
}
