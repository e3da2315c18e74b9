/** What a rollout of a plan will take: per step what it waits for, and the time, by many simulated rollouts. */

import { type Remedy, remediesFor } from '../../../functions/judge/remedies.ts';
import { type Conditions, photosIn, type Stage, shareOf, stagesOf } from '../../../functions/judge/stages.ts';
import type { TimedNeed } from '../../../functions/judge/wait.ts';
import type { Step } from '../../../functions/plan/steps.ts';
import { recordStep } from '../../../functions/records/recorded-step.ts';
import { type Simulated, simulated, type Times } from './simulated.ts';

/** One step. */
export interface StepForecast {
  /** `canary at 10 %` */
  readonly step: string;
  readonly kind: Step['kind'];
  /** What it waits for, the last one first. */
  readonly needs: readonly TimedNeed[];
  /** Requests of the candidate in the median time; absent: no live traffic. */
  readonly requests?: number;
  /** Pictures that are replayed; only of a shadow. */
  readonly pictures?: number;
  /** Photos of the labelled set that both versions answer; absent: no set, or not known. */
  readonly photos?: number;
  /** Absent: no simulated rollout reached it. */
  readonly minutes?: Times;
  /** Share of the simulated rollouts that raise the alarm in this step. */
  readonly alarmed: number;
  /** Only where there are more than a few: any of these changes lets the step end by itself. */
  readonly remedies?: readonly Remedy[];
}

/** The forecast of a rollout. */
export interface Forecast {
  readonly conditions: Conditions;
  readonly rollouts: number;
  readonly steps: readonly StepForecast[];
  readonly total: Times;
  /** Share of the simulated rollouts that end by themselves. */
  readonly done: number;
  /** Whether a step also waits for people, whose time is not known. */
  readonly people: boolean;
  /** What labelled sets decide; `unknown`: of one of them, the number of photos is not known. Absent: nothing. */
  readonly labels?: 'known' | 'unknown';
}

/** From this share of alarms on, a plan needs a change. */
const MANY_ALARMS = 0.05;

/** The forecast of a candidate that is as good as live. */
export function forecast(steps: readonly Step[], conditions: Conditions, rollouts: number): Forecast {
  const stages = stagesOf(steps, conditions);
  const made = simulated(steps, conditions, rollouts);
  const judged = steps.flatMap((step, index) =>
    step.kind === 'full' || step.kind === 'done' ? [] : [stepForecast(step, index, { stages, made, conditions })],
  );
  return {
    conditions,
    rollouts,
    steps: judged,
    total: made.total,
    done: made.done,
    people: steps.some((step) => step.kind === 'shadow' && (step.truth !== undefined || step.baseline === 'human')),
    ...labelsOf(steps, conditions),
  };
}

function labelsOf(steps: readonly Step[], conditions: Conditions): Pick<Forecast, 'labels'> {
  const labelled = steps.filter((step) => step.kind === 'shadow' && step.labels);
  if (labelled.length === 0) return {};
  return { labels: labelled.every((step) => photosIn(step, conditions) > 0) ? 'known' : 'unknown' };
}

interface Material {
  readonly stages: readonly Stage[];
  readonly made: Simulated;
  readonly conditions: Conditions;
}

function stepForecast(step: Step, index: number, { stages, made, conditions }: Material): StepForecast {
  const stage = stages.find((each) => each.index === index);
  const minutes = made.steps[index];
  const alarmed = made.alarmed[index] ?? 0;
  const share = shareOf(step);
  const requests = minutes && share > 0 ? Math.round(minutes.median * conditions.requestsPerMinute * share) : undefined;
  const photos = photosIn(step, conditions);
  const pictures = step.kind === 'shadow' && !step.labels ? picturesOf(stage) : undefined;
  return {
    step: recordStep(step).words,
    kind: step.kind,
    needs: stage?.wait.needs ?? [],
    ...(requests !== undefined && { requests }),
    ...(pictures !== undefined && { pictures }),
    ...(photos > 0 && { photos }),
    ...(minutes && { minutes }),
    alarmed,
    ...(stage && alarmed >= MANY_ALARMS && { remedies: remediesFor(stage, conditions) }),
  };
}

function picturesOf(stage: Stage | undefined): number {
  return Math.max(0, ...(stage?.wait.needs ?? []).map(({ unit, more = 0 }) => (unit === 'pictures' ? more : 0)));
}
