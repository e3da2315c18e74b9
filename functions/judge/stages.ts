/**
 * The steps of a rollout before it begins: what each of them will wait for, with the traffic that is expected and the
 * evidence that the steps before leave. By the code that judges, in the median. Pure.
 */

import { medianHits } from '../evidence/foretold.ts';
import type { BakeStep, JudgedStep, ShadowStep, Step, WeightStep } from '../plan/steps.ts';
import { carriedOf, carriedOn } from './carry.ts';
import type { Verdict } from './finding.ts';
import { NO_LABELS } from './labels.ts';
import { SLOW_BY_DEFAULT } from './needs.ts';
import type { Rates } from './rates.ts';
import { NO_PICTURES } from './shadow-tally.ts';
import { usualSlow } from './slow-share.ts';
import type { RolloutState } from './state.ts';
import { type CarriedByGate, judgeBake, judgeShadow, judgeWeight } from './verdict.ts';
import { NO_REQUESTS, type UsualTallies, type VersionCounts } from './version-counts.ts';
import { type Wait, waitOf } from './wait.ts';

/** The traffic of an endpoint whose candidate is as good as live. */
export interface Conditions {
  readonly requestsPerMinute: number;
  /** Share of the accepted requests that fail, whichever version answers. */
  readonly errors: number;
  /** Share of the requests that are rejected. */
  readonly rejections: number;
  /** Pictures that a shadow replays in a minute. */
  readonly replaysPerMinute: number;
  /** Pictures that are recorded when the rollout begins, and those that come in a minute. */
  readonly recorded: number;
  readonly recordedPerMinute: number;
  /** Photos of labelled sets, by their prefix. Absent: not known. */
  readonly labelled?: Readonly<Record<string, number>>;
}

/** A step that is judged by numbers. */
export interface Stage {
  /** Index among all steps. */
  readonly index: number;
  readonly step: JudgedStep;
  /** What it waits for when it begins. */
  readonly wait: Wait;
  /** Its requests of both versions until its end, or until its alarm; a shadow has none. */
  readonly traffic: RolloutState['traffic'];
  readonly carried: CarriedByGate;
  /** Live's requests of the day before. */
  readonly usual: UsualTallies;
}

/** Minutes until a request is complete: only then it proves a candidate good. */
export const LATE_MINUTES = 5;

type Left = Pick<RolloutState, 'earlier' | 'replays'>;

/** All steps that are judged by numbers, in order. */
export function stagesOf(steps: readonly Step[], conditions: Conditions): readonly Stage[] {
  const stages: Stage[] = [];
  let before: Left = {};
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'shadow' && step.kind !== 'weight' && step.kind !== 'bake') continue;
    const stage = stageOf(step, index, carriedOf(step.kind === 'weight' ? step : {}, before), conditions);
    stages.push(stage);
    before = { ...before, ...left(stage, before, conditions) };
  }
  return stages;
}

/** One step with the evidence that those before leave. @param index among all steps */
export function stageOf(step: JudgedStep, index: number, carried: CarriedByGate, conditions: Conditions): Stage {
  const rates = ratesIn(step, conditions);
  const picturesLeft = step.kind === 'shadow' ? step.maxPictures : Number.POSITIVE_INFINITY;
  const limits = { alarmMinutes: step.maxHoldMs / 60_000, picturesLeft };
  const wait = waitOf(step, firstVerdict(step, carried, conditions), rates, limits) ?? { needs: [], etaMinutes: 0 };
  const minutes = Math.min(limits.alarmMinutes, wait.etaMinutes ?? Number.POSITIVE_INFINITY);
  return { index, step, wait, traffic: trafficOf(step, minutes, conditions), carried, usual: dayBefore(conditions) };
}

/** Before the first request or picture. */
function firstVerdict(step: JudgedStep, carried: CarriedByGate, conditions: Conditions): Verdict {
  const labels = { ...NO_LABELS, photos: photosIn(step, conditions) };
  if (step.kind === 'shadow') return judgeShadow(step, NO_PICTURES, { labels });
  const usual = dayBefore(conditions);
  const evidence = { candidate: NO_REQUESTS, live: NO_REQUESTS, elapsedMs: 0, usual };
  return step.kind === 'bake' ? judgeBake(step, evidence) : judgeWeight(step, { ...evidence, carried });
}

/** Photos of the step's labelled set; 0: not known, or no set. */
export function photosIn(step: Step, { labelled = {} }: Conditions): number {
  return (step.kind === 'shadow' && step.labels && labelled[step.labels.set.prefix]) || 0;
}

/** Because both versions answer each photo of a labelled set. */
export function photosPerMinute({ replaysPerMinute }: Conditions): number {
  return replaysPerMinute / 2;
}

/** The inverse of `photosPerMinute`. */
export function replaysOfPhotos(photosPerMinute: number): number {
  return 2 * photosPerMinute;
}

function ratesIn(step: JudgedStep, conditions: Conditions): Rates {
  const { requestsPerMinute, replaysPerMinute: pictures, recorded: queued, recordedPerMinute: recorded } = conditions;
  if (step.kind === 'shadow' && step.labels) {
    const photos = photosPerMinute(conditions);
    return { pictures: photos, queued: photosIn(step, conditions), recorded: 0, lateMinutes: 0 };
  }
  if (step.kind === 'shadow') return { pictures, queued, recorded, lateMinutes: 0 };
  return { requests: requestsPerMinute * shareOf(step), lateMinutes: LATE_MINUTES };
}

/** The candidate's share of traffic. */
export function shareOf(step: Step): number {
  return step.kind === 'weight' ? step.percent / 100 : step.kind === 'bake' || step.kind === 'full' ? 1 : 0;
}

function dayBefore({ requestsPerMinute, errors, rejections }: Conditions): UsualTallies {
  const requests = Math.round(1440 * requestsPerMinute);
  const accepted = Math.round(requests * (1 - rejections));
  return {
    failures: { trials: accepted, hits: Math.round(accepted * errors) },
    rejections: { trials: requests, hits: requests - accepted },
  };
}

function trafficOf(step: JudgedStep, minutes: number, conditions: Conditions): RolloutState['traffic'] {
  const all = Math.max(0, minutes - LATE_MINUTES) * conditions.requestsPerMinute;
  const share = shareOf(step);
  if (step.kind === 'shadow') return { candidate: NO_REQUESTS, live: NO_REQUESTS };
  const slow = step.kind === 'weight' ? usualSlow(step) : undefined;
  const shares = { ...conditions, slow: slow ? slow.hits / slow.trials : SLOW_BY_DEFAULT };
  return { candidate: countsOf(all * share, shares), live: countsOf(all * (1 - share), shares) };
}

function countsOf(requests: number, shares: Conditions & { readonly slow: number }): VersionCounts {
  const rejections = medianHits(requests * shares.rejections);
  const timed = requests - rejections;
  const failures = medianHits(timed * shares.errors);
  return { requests, rejections, failures, timed, slow: medianHits(timed * shares.slow) };
}

/** The evidence that a step leaves. */
function left({ step, wait, traffic, usual }: Stage, before: Left, { errors }: Conditions): Left {
  const pictures = step.kind === 'shadow' ? picturesOf(step, wait) : 0;
  const shadow = { ...NO_PICTURES, pictures, failures: medianHits(pictures * errors) };
  return carriedOn(step, { ...before, traffic, usual }, { shadow });
}

function picturesOf({ maxPictures }: ShadowStep, { needs }: Wait): number {
  const needed = needs.map(({ unit, more = maxPictures }) => (unit === 'pictures' ? more : 0));
  return Math.min(maxPictures, Math.max(0, ...needed));
}

/** A step of live traffic. */
export type TrafficStage = Stage & { readonly step: WeightStep | BakeStep };

/** Whether a stage judges live traffic. */
export function hasTraffic(stage: Stage): stage is TrafficStage {
  return stage.step.kind !== 'shadow';
}
