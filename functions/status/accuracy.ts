/** Estimates of accuracy as the API serves them. */

import { type AccuracyRow, accuracyRow } from '../api/accuracy-schemas.ts';
import { type AnswerStore, readEstimates, weeksBefore } from '../standing/accuracy.ts';

/** Age up to which estimates are reused: one reads up to two thousand objects, for $0.0008. */
const FRESH_MS = 600_000;

/** Weeks that are estimated. */
const WEEKS = 4;
/** Most pictures of a week and decisions in all: the API times out after 30 seconds. */
const MOST = { pictures: 240, decisions: 500 };

/** Estimates the accuracy of one endpoint for callers that poll it. */
export class AccuracyCache {
  private readonly store: AnswerStore;
  private last: { readonly at: number; readonly rows: readonly AccuracyRow[] } | undefined;

  constructor(store: AnswerStore) {
    this.store = store;
  }

  /** The last week first; empty where people have counted nothing. @throws StoreUnavailableError */
  async read(now: Date): Promise<readonly AccuracyRow[]> {
    if (this.last && now.getTime() - this.last.at < FRESH_MS) return this.last.rows;
    const estimates = await readEstimates(this.store, weeksBefore(now, WEEKS), MOST);
    const rows = estimates.map(accuracyRow);
    this.last = { at: now.getTime(), rows };
    return rows;
  }
}
