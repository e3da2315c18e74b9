/** How fast requests, pictures and decisions come, from what a tick has observed. Pure. */

import type { JudgedStep, ShadowStep } from '../plan/steps.ts';
import type { Unit } from './needs.ts';
import type { Observations, PictureSupply } from './observations.ts';
import { lookedAt, NO_PICTURES } from './shadow-tally.ts';
import type { RolloutState } from './state.ts';
import { judgedOf } from './truth.ts';

/** What comes in a minute. Absent: not known. */
export interface Rates {
  /** Requests of the candidate. */
  readonly requests?: number;
  /** Minutes until a request can prove a candidate good. */
  readonly lateMinutes: number;
  /** Pictures that are replayed, or labelled photos that are answered, while some are waiting. */
  readonly pictures?: number;
  /** Pictures that wait for a replay; absent: as many as needed. */
  readonly queued?: number;
  /** Pictures that can be replayed later: new ones. */
  readonly recorded?: number;
  /** Decisions of people. */
  readonly decisions?: number;
}

/** Things that have come after so many minutes; 0 where their rate is not known. */
export function countAfter(unit: Unit, minutes: number, rates: Rates): number {
  const { requests = 0, lateMinutes, pictures = 0, queued = Number.POSITIVE_INFINITY, recorded = 0 } = rates;
  switch (unit) {
    case 'minutes':
      return minutes;
    case 'requests':
      return Math.max(0, minutes - lateMinutes) * requests;
    case 'decisions':
      return minutes * (rates.decisions ?? 0);
    case 'photos':
    case 'pictures': {
      const replayed = minutes * pictures;
      if (replayed <= queued) return replayed;
      return queued + Math.min(pictures, recorded) * (minutes - queued / pictures);
    }
  }
}

/** Minutes until so many have come. @returns undefined where they do not come */
export function minutesUntil(unit: Unit, count: number, rates: Rates): number | undefined {
  const { requests = 0, lateMinutes, pictures = 0, queued = Number.POSITIVE_INFINITY, recorded = 0 } = rates;
  if (count <= 0) return 0;
  switch (unit) {
    case 'minutes':
      return finite(count);
    case 'requests':
      return finite(count / requests + lateMinutes);
    case 'decisions':
      return finite(count / (rates.decisions ?? 0));
    case 'photos':
    case 'pictures':
      if (count <= queued) return finite(count / pictures);
      return finite((queued > 0 ? queued / pictures : 0) + (count - queued) / Math.min(pictures || recorded, recorded));
  }
}

function finite(minutes: number): number | undefined {
  return Number.isFinite(minutes) ? minutes : undefined;
}

/** Minutes that the day before is worth, because a young step has few of its own. */
const WORTH_MINUTES = 30;
const MINUTES_OF_DAY = 1440;

/** The rates at a tick. @param state after it */
export function ratesOf(step: JudgedStep, state: RolloutState, observed: Observations): Rates {
  const elapsed = Math.max(0, observed.now - state.since) / 60_000;
  if (step.kind === 'shadow') return shadowRates(step, observed, elapsed);
  const { traffic } = observed;
  if (!traffic || traffic === 'incomplete') return { lateMinutes: 0 };
  const minutes = Math.max(0, traffic.closedBefore - Math.ceil(state.since / 60_000));
  const all = requestsPerMinute(state, minutes);
  const share = step.kind === 'weight' ? step.percent / 100 : 1;
  return {
    lateMinutes: traffic.closedBefore - traffic.completeBefore,
    ...(all !== undefined && { requests: all * share }),
  };
}

function requestsPerMinute({ closedRequests, usual }: RolloutState, minutes: number): number | undefined {
  const dayBefore = usual?.rejections.trials ?? 0;
  if (dayBefore === 0) return minutes === 0 ? undefined : closedRequests / minutes;
  return (closedRequests + (WORTH_MINUTES * dayBefore) / MINUTES_OF_DAY) / (minutes + WORTH_MINUTES);
}

function shadowRates(
  { scenes }: ShadowStep,
  { shadow = NO_PICTURES, truth, labels, supply }: Observations,
  elapsed: number,
): Rates {
  const perMinute = (count: number) => (count > 0 && elapsed > 0 ? count / elapsed : undefined);
  const pictures = perMinute(labels ? labels.done : lookedAt(shadow, scenes === undefined).pictures);
  const decisions = truth && perMinute(judgedOf(truth.sample));
  return {
    lateMinutes: 0,
    ...(pictures !== undefined && { pictures }),
    ...(decisions !== undefined && { decisions }),
    ...supplyRates(labels ? { queued: labels.photos - labels.done, recordedPerMinute: 0 } : supply),
  };
}

function supplyRates(supply: PictureSupply | undefined): Pick<Rates, 'queued' | 'recorded'> {
  if (!supply) return {};
  const { queued, recordedPerMinute } = supply;
  return { queued, ...(recordedPerMinute !== undefined && { recorded: recordedPerMinute }) };
}
