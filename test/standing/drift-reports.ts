import type { DriftReport } from '../../functions/drift-contract.ts';

const DARKER: DriftReport['drifts'][number]['changes'][number] = {
  feature: 'brightness',
  of: 'brightness',
  before: 110,
  now: 42,
  deviations: -3,
  scenes: 40,
  size: 3,
  evidence: 39,
  summary: 'darker by 62 % (110 → 42)',
};

/** What the drift monitor says of the live version of `readings.ts`: the pictures became darker. */
export function driftReport(changes: Partial<DriftReport> = {}): DriftReport {
  return {
    endpoint: 'count-cars',
    function_name: 'cars',
    version: '3',
    at: '2026-11-24T17:05:00.000Z',
    state: 'drift',
    reference: {
      from: '2026-11-02T00:00:00.000Z',
      to: '2026-11-09T00:00:00.000Z',
      pictures: 7012,
      scenes: 4633.4,
    },
    compared: {
      from: '2026-11-09T00:00:00.000Z',
      to: '2026-11-24T17:00:00.000Z',
      pictures: 16240,
      scenes: 10731,
    },
    evidence: null,
    alarm_at: 11.4,
    drifts: [
      {
        since: '2026-11-24T14:00:00.000Z',
        found: '2026-11-24T17:00:00.000Z',
        evidence: 40,
        summary: 'darker by 62 % (110 → 42), since Tuesday 24 November 2026, 14:00 UTC',
        changes: [DARKER],
      },
    ],
    answers: { with_measures: 23252, without_measures: 0, unreadable: 0 },
    ...changes,
  };
}
