import { logBeta, timesLog } from './log-math.ts';

/** How often something happened: `hits` of `trials`, such as failures of requests. Whole numbers, hits ≤ trials. */
export interface Tally {
  readonly trials: number;
  readonly hits: number;
}

/** A beta distribution of a rate. */
export interface Prior {
  readonly a: number;
  readonly b: number;
  /** ln B(a, b), because every look needs it. */
  readonly logBeta: number;
}

/** The beta distribution with these parameters, both over 0. */
export function beta(a: number, b: number): Prior {
  return { a, b, logBeta: logBeta(a, b) };
}

/** ln of the chance of one sequence with these counts, its rate drawn from the prior. */
export function logBetaBinomial({ trials, hits }: Tally, prior: Prior): number {
  return logBeta(prior.a + hits, prior.b + trials - hits) - prior.logBeta;
}

/** ln of the chance of one sequence with these counts at a rate. */
export function logLikelihood({ trials, hits }: Tally, rate: number): number {
  return timesLog(hits, rate) + timesLog(trials - hits, 1 - rate);
}

/** ln of the largest chance of one sequence with these counts at any rate. */
export function logMostAlone(tally: Tally): number {
  return logLikelihood(tally, tally.hits / tally.trials);
}
