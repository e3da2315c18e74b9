import { exitCodeOf } from '../../cli/rollout/exit-codes.ts';
import { endpointTable, overviewTable } from '../../cli/rollout/status-table.ts';
import { endingInWords, newsOf } from '../../cli/rollout/watch-lines.ts';
import { progressOf } from '../../cli/rollout/watch-screen.ts';
import { ROLLOUT_ERRORS } from '../../functions/judge/state.ts';
import type { RecordedStep } from '../../functions/records/recorded-step.ts';
import { type Phase, type Reading, standingOf } from '../../functions/standing/standing.ts';
import { execution, live, reading, record } from './readings.ts';

const cases: [what: string, changes: Partial<Reading>, phase: Phase, code: number][] = [
  ['a tick has judged', {}, 'running', 10],
  ['held by an operator', { record: { ...record, status: 'held' } }, 'waiting', 11],
  ['no verdict within the limits', { record: { ...record, status: 'alarmed' } }, 'waiting', 11],
  ['no tick yet, the last rollout’s record lies there', { record: { ...record, execution: 'v3-x' } }, 'starting', 10],
  ['the second part of a long rollout', { execution: { ...execution, name: 'v4-abc.2' } }, 'running', 10],
  ['the tick has ended it, the execution not yet', { record: { ...record, status: 'rolled back' } }, 'rolled back', 12],
  ['done', { execution: { ...execution, status: 'SUCCEEDED' }, record: { ...record, status: 'done' } }, 'done', 0],
  [
    'the controller failed, whose last tick was fine',
    { execution: { ...execution, status: 'FAILED', error: 'ControllerFailed', cause: 'again and again' } },
    'failed',
    15,
  ],
  [
    'stopped by a deployment',
    { execution: { ...execution, status: 'ABORTED', error: 'Superseded' } },
    'superseded',
    13,
  ],
  ['stopped in the console', { execution: { ...execution, status: 'ABORTED' } }, 'failed', 15],
  ['alias moved by hand', { record: { ...record, status: 'stopped' } }, 'stopped', 14],
];

test.each(cases)('%s', (_what, changes, phase, code) => {
  const standing = standingOf({ ...reading, ...changes });
  expect([standing.phase, exitCodeOf([standing.phase])]).toEqual([phase, code]);
});

test('without a rollout the status has only the traffic', () => {
  const { record: _, execution: __, ...nothing } = reading;
  const standing = standingOf({ ...nothing, live: { routing: { version: '1' }, revision: 'r' }, models: {} });
  expect(standing).toEqual({
    endpoint: 'count-cars',
    phase: 'none',
    routing: { version: '1' },
    traffic: 'version 1: 100 %',
    newest_version: '4',
    models: {},
  });
  expect(exitCodeOf(['none'])).toBe(0);
});

test('the exit code is the largest of the endpoints’ codes', () => {
  expect(exitCodeOf(['done', 'rolled back', 'running'])).toBe(12);
  expect(exitCodeOf(['done', 'waiting', 'running'])).toBe(11);
  expect(exitCodeOf([])).toBe(0);
});

test('the step is the present one, counted from 1; after the end, the last one judged', () => {
  expect(standingOf(reading).rollout).toMatchObject({ step: 'canary at 10 %', step_kind: 'weight', step_number: 3 });
  expect(standingOf(reading).rollout?.steps).toHaveLength(4);
  const done = standingOf({ ...reading, record: { ...record, status: 'done', step_number: 4 } });
  expect(done.rollout).toMatchObject({ step: 'all traffic', step_number: 4, words: '7 of at least 100 requests' });
  const next = standingOf({
    ...reading,
    record: { ...record, step: { kind: 'shadow', words: 'shadow of live' }, words: 'enough' },
  });
  expect(next.rollout).toMatchObject({ step: 'canary at 10 %', words: 'shadow of live: enough' });
  expect(progressOf(done)).toMatchObject({ done: 4, of: 4 });
  expect(progressOf(standingOf(reading))).toMatchObject({ done: 2, of: 4 });
});

test('steps are known by their kind, not by their words', () => {
  const steps = record.steps.map((step, index) => ({ ...step, words: `step ${index}` }));
  const { rollout } = standingOf({ ...reading, record: { ...record, steps, step: steps[2] as RecordedStep } });
  expect(rollout?.steps).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
  expect(rollout).toMatchObject({ step: 'step 2', step_kind: 'weight', words: record.words });
});

test.each(Object.entries(ROLLOUT_ERRORS))('without a record, the phase %s is known by the error %s', (phase, error) => {
  const { record: _, ...unrecorded } = reading;
  const failed = { ...execution, status: 'FAILED', error } as const;
  expect(standingOf({ ...unrecorded, execution: failed }).phase).toBe(phase);
});

test('before the first tick the steps are the plan’s', () => {
  const { record: _, ...unticked } = reading;
  expect(standingOf(unticked).rollout).toMatchObject({
    step: 'golden gate',
    step_kind: 'golden',
    steps: ['golden gate', 'shadow of live', 'canary at 10 %', 'all traffic'],
    ticks: 0,
    words: 'has not been judged yet',
  });
});

test('a failed controller gives its cause instead of the last verdict', () => {
  const failed = { ...execution, status: 'FAILED', error: 'ControllerFailed', cause: 'again and again' } as const;
  const { rollout } = standingOf({ ...reading, execution: failed });
  expect(rollout?.words).toBe('ControllerFailed: again and again');
  expect(rollout).not.toHaveProperty('outcome');
});

const look = { paint: (_: string, text: string) => text, width: 100 };

test('an endpoint’s table has all rows, wrapped to the width', () => {
  const words = 'a verdict of many words '.repeat(12).trim();
  const table = endpointTable(standingOf({ ...reading, record: { ...record, words } }), look);
  expect(table).toMatch(/rollout +│ version 4: running/);
  expect(table).toMatch(/step 3 of 4, canary at 10 %/);
  expect(table).toMatch(/since 2026-11-22 12:05:00 UTC \(15 min\)/);
  expect(table).toMatch(/version 4: counter-nano 1\.1\.0/);
  expect(table).toMatch(/alias last set +│ by rollout/);
  expect(table).toMatch(/rollback target +│ version 3/);
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('the overview has a row for each endpoint', () => {
  const apples = standingOf({
    ...reading,
    endpoint: 'count-apples',
    live: { routing: { version: '2' }, revision: 'r' },
  });
  const table = overviewTable([standingOf(reading), apples], look);
  expect(table).toMatch(/count-cars +│ version 3: 90 %/);
  expect(table).toMatch(/count-apples +│ version 2: 100 %/);
  expect(table).toMatch(/not set yet/);
});

test('the overview has no arithmetic of a finished rollout, the table of one endpoint has it', () => {
  const words = 'no errors in 700 requests';
  const done = standingOf({ ...reading, record: { ...record, status: 'done', outcome: 'promote', words } });
  expect(overviewTable([done], look)).toMatch(/version 4: done/);
  expect(overviewTable([done], look)).not.toContain('700');
  expect(endpointTable(done, look)).toContain(`promote: ${words}`);
});

test('with one version only, there is nothing to roll back to', () => {
  const first = { endpoint: 'count-cars', live: { routing: { version: '1' }, revision: 'r' }, newest: '1', models: {} };
  expect(endpointTable(standingOf(first), look)).toMatch(/rollback target +│ none: version 1 is the only one/);
});

test('an alias that was moved by hand has no witness', () => {
  const moved = standingOf({ ...reading, live: { ...live, movedByHand: true } });
  expect(moved).toMatchObject({ moved_by_hand: true });
  expect(moved).not.toHaveProperty('last_move');
  expect(endpointTable(moved, look)).toMatch(/alias last set +│ by hand, without a note/);
});

test('the rollback target is the stable version during a rollout, after it the note’s previous version', () => {
  const ended = { ...reading, record: { ...record, status: 'done' } } as const;
  const full = { ...live, routing: { version: '4' } };
  expect(endpointTable(standingOf({ ...ended, live: full }), look)).toMatch(/rollback target +│ version 2/);
  const bare = { routing: { version: '4' }, revision: 'r' };
  expect(endpointTable(standingOf({ ...ended, live: bare }), look)).toMatch(
    /rollback target +│ none: choose one with --to/,
  );
});

test('watch prints each change once', () => {
  const first = standingOf(reading);
  expect(newsOf(undefined, first)).toBe(
    '2026-11-22 12:20:00 UTC  version 4, step 3 of 4, canary at 10 %: hold: 7 of at least 100 requests [version ' +
      '3: 90 %, version 4: 10 %]',
  );
  const later = standingOf({ ...reading, record: { ...record, tick: 13, at: '2026-11-22T12:21:00.000Z' } });
  expect(newsOf(first, later)).toBeUndefined();
  expect(newsOf(first, { ...first, traffic: 'version 3: 100 %' })).toContain('[version 3: 100 %]');
  expect(endingInWords({ ...first, phase: 'stopped' })).toBe(
    'count-cars: the rollout of version 4 was stopped, because someone else moved the alias; version 3: 90 %, ' +
      'version 4: 10 %',
  );
});
