/**
 * Watches for drift: a bet on each payoff, on each hour's pictures, and an alarm when all bets together have won
 * enough.
 *
 * A bet on more than a bound gains 1 + g · (value / bound − 1) on a scene, for several shares g of its capital: what
 * `functions/evidence/bounded-mean.ts` proves holds for each, and `e-detector.ts` adds what starts anew each hour. What
 * is guaranteed: as long as the mean of each payoff, given all pictures before, is in its range of `reference.ts`, a
 * year has a false alarm with a chance of at most `RISK`, over all features and bets together.
 */

import { alarmAt, changeStart, NO_EVIDENCE, nextEvidence, sharedEvidence } from '../evidence/e-detector.ts';
import { type Bet, FEATURES, type Feature, histogramKey, histogramsOf } from './bets.ts';
import { type Hour, stratumOf } from './calendar.ts';
import type { Share } from './features.ts';
import type { HourSketch, Reference, Stake } from './reference.ts';
import type { Sketch } from './sketch.ts';

const { log, log1p } = Math;

/** Chance of a false alarm within a year, for an endpoint, over all features together. */
export const RISK = 0.1;
const HOURS_PER_YEAR = 8766;
/** Natural logarithm of the evidence at which there is an alarm. */
export const ALARM_AT = alarmAt(HOURS_PER_YEAR, RISK);

/** Shares of the capital that are bet, each with an equal part of it. */
const SHARES: readonly number[] = [0.9, 0.45, 0.2, 0.08];

/** Evidence so far: ln M of each bet and share, the shares of a bet one behind the other. */
export type Evidence = readonly number[];

/** Bets on the pictures of hours against a reference. */
export class Detector {
  readonly reference: Reference;
  private readonly histogram: (sketch: Sketch, bet: Bet) => readonly number[];
  /** By stratum and bet: for each share, what a scene in each bin gains. */
  private readonly tables: (readonly (readonly number[])[])[][] = [];
  private readonly logWeights: readonly number[];

  constructor(reference: Reference) {
    this.reference = reference;
    this.histogram = histogramsOf(reference.bets);
    this.logWeights = reference.bets.flatMap(({ weight }) => SHARES.map(() => log(weight / SHARES.length)));
  }

  /** Before the first hour. */
  get start(): Evidence {
    return this.logWeights.map(() => NO_EVIDENCE);
  }

  /** Evidence after one more hour. An hour without pictures changes nothing. */
  next(before: Evidence, { hour, sketch }: HourSketch): Evidence {
    if (sketch.scenes === 0) return before;
    const shares = this.sharesOf(sketch, this.reference.bets);
    const gains = shares.flatMap((ofBet, bet) => this.gainsOf(bet, hour, ofBet));
    return gains.map((gain, index) => nextEvidence(before[index] as number, gain));
  }

  /** ln M of all bets together: an alarm at `ALARM_AT`. */
  total(evidence: Evidence): number {
    return sharedEvidence(this.logWeights, evidence);
  }

  /** ln M of each feature, with its part of the capital. */
  byFeature(evidence: Evidence): ReadonlyMap<Feature, number> {
    return new Map(FEATURES.map((feature) => [feature, this.sumOf(evidence, (bet) => bet.feature === feature)]));
  }

  /** The bets that have won most of a feature's evidence, first to last. */
  leadingBets(evidence: Evidence, feature: Feature): Bet[] {
    const evidenceOf = (bet: Bet) => this.sumOf(evidence, (other) => other === bet);
    return this.reference.bets
      .filter((bet) => bet.feature === feature)
      .toSorted((a, b) => evidenceOf(b) - evidenceOf(a));
  }

  /**
   * The hour from which a bet speaks most for a change.
   * @param hours in order, at least one
   */
  since(bet: Bet, hours: readonly HourSketch[]): Hour {
    const index = this.reference.bets.indexOf(bet);
    const gains = hours.map(({ hour, sketch }) => {
      return this.gainsOf(index, hour, this.sharesOf(sketch, [bet])[0] as readonly Share[]);
    });
    const start = changeStart(SHARES.map((_, share) => gains.map((gain) => gain[share] as number)));
    return (hours[start] as HourSketch).hour;
  }

  private sumOf(evidence: Evidence, isChosen: (bet: Bet) => boolean): number {
    const indexes = this.reference.bets.flatMap((bet, index) => (isChosen(bet) ? [index] : []));
    const all = indexes.flatMap((index) => SHARES.map((_, share) => index * SHARES.length + share));
    return sharedEvidence(
      all.map((at) => this.logWeights[at] as number),
      all.map((at) => evidence[at] as number),
    );
  }

  /** ln of what each share of a bet's capital became in an hour. */
  private gainsOf(bet: number, hour: Hour, shares: readonly Share[]): number[] {
    const tables = this.tablesOf(stratumOf(hour))[bet] as readonly (readonly number[])[];
    return tables.map((table) => {
      let sum = 0;
      for (const [bin, weight] of shares) sum += weight * (table[bin] ?? 0);
      return sum;
    });
  }

  /** Of each bet, the bins of its histogram that have a weight. Bets on one histogram have the same list. */
  private sharesOf(sketch: Sketch, bets: readonly Bet[]): (readonly Share[])[] {
    const known = new Map<string, readonly Share[]>();
    return bets.map((bet) => {
      const key = histogramKey(bet);
      const shares = known.get(key) ?? filled(this.histogram(sketch, bet));
      known.set(key, shares);
      return shares;
    });
  }

  private tablesOf(stratum: number): (readonly (readonly number[])[])[] {
    const known = this.tables[stratum];
    if (known) return known;
    const stakes = this.reference.stakes[stratum] as readonly Stake[];
    const made = stakes.map((stake, bet) => SHARES.map((share) => gainTable(stake, this.sideOf(bet), share)));
    this.tables[stratum] = made;
    return made;
  }

  private sideOf(bet: number): Bet['side'] {
    return (this.reference.bets[bet] as Bet).side;
  }
}

function filled(weights: readonly number[]): Share[] {
  return weights.flatMap((weight, bin): Share[] => (weight > 0 ? [[bin, weight]] : []));
}

/** What a scene in each bin gains: nothing where no bet is possible. */
function gainTable({ values, bound }: Stake, side: Bet['side'], share: number): number[] {
  if (bound === undefined) return [];
  return values.map((value) => {
    const won = side === 'more' ? value / bound : (1 - value) / (1 - bound);
    return log1p(share * (won - 1));
  });
}
