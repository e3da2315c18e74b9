import { commandLine, withOptions } from '../../../cli/rollout/command-line.ts';
import { openJudgePage } from '../../../cli/rollout/judge-page.ts';
import { endpointTable, overviewTable } from '../../../cli/rollout/status-table.ts';
import { newsOf } from '../../../cli/rollout/watch-lines.ts';
import { blockLines, progressOf, wrapped } from '../../../cli/rollout/watch-screen.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import { reading, record } from '../../standing/readings.ts';

const first = standingOf(reading);

test('numbers that grow are no line, a change of state is one', () => {
  const grown = standingOf({ ...reading, record: { ...record, tick: 13, words: '8 of at least 100 requests' } });
  expect(newsOf(first, grown)).toBeUndefined();
  const held = standingOf({ ...reading, record: { ...record, status: 'held', held_by: 'Ann' } });
  expect(newsOf(first, held)).toContain('version 4, step 3 of 4, canary at 10 %: hold: ');
  const promoted = standingOf({ ...reading, record: { ...record, outcome: 'promote' } });
  expect(newsOf(first, promoted)).toContain('canary at 10 %: promote: ');
  expect(newsOf(first, { ...first, traffic: 'version 3: 100 %' })).toContain('[version 3: 100 %]');
});

test('the bar has the finished steps of all, and the state beside it', () => {
  const label = 'count-cars version 4: step 3 of 4, canary at 10 %, hold';
  expect(progressOf(first)).toEqual({ done: 2, of: 4, label });
  expect(progressOf({ ...first, phase: 'done' })).toMatchObject({ done: 4, of: 4 });
});

test('the verdict fits into the block', () => {
  const text = 'no requests to judge errors by yet; 7 of at least 100 requests';
  expect(wrapped(text, { width: 30, most: 5 })).toEqual([
    'no requests to judge errors',
    'by yet; 7 of at least 100',
    'requests',
  ]);
  expect(wrapped(text, { width: 30, most: 2 })).toEqual(['no requests to judge errors', 'by yet; 7 of at least 100 …']);
  expect(wrapped('x'.repeat(50), { width: 30, most: 2 })).toEqual(['x'.repeat(29)]);
});

test('while people can judge, the line, the block and the table of `status` name their page', () => {
  const byPeople = { kind: 'shadow', baseline: 'live', judge: 'people', words: 'shadow judged by people' } as const;
  const steps = [{ kind: 'golden', words: 'golden gate' } as const, byPeople];
  const judged = standingOf({ ...reading, record: { ...record, step: byPeople, steps, step_number: 1 } });
  const deployed = { api: 'https://api.example', endpoint: 'count-cars' };
  const judgePage = openJudgePage(deployed, judged) as string;
  const address =
    'https://api.example/status/count-cars/judge (with IAM: npm run console, then /status/count-cars/judge)';
  expect(judgePage).toBe(address);
  expect(openJudgePage(deployed, first)).toBeUndefined();
  expect(newsOf(undefined, judged, judgePage)).toMatch(/version 4: 10 %\]\. People judge: https:.*\/judge\)$/);
  expect(blockLines(judged, 80, judgePage).at(-2)).toBe(
    'People judge: https://api.example/status/count-cars/judge (with IAM: npm run',
  );
  const look = { paint: (_colour: string, text: string) => text, width: 300 };
  expect(endpointTable(judged, look, { judgePage })).toContain(address);
  expect(endpointTable(first, look)).not.toContain('people judge');
  expect(overviewTable([judged], look)).toContain('People can judge: status count-cars has the page');
  expect(overviewTable([first], look)).not.toContain('People can judge');
});

test('commands in a verdict get the options that `status` and `watch` were given', () => {
  const words =
    'if this is intended, let people judge: npm run rollout -- judge count-cars; 7 of at least 100 requests';
  const back = standingOf({ ...reading, record: { ...record, words } });
  expect(withOptions(back, { local: true, deployment: 'mine' }).rollout?.words).toBe(
    'if this is intended, let people judge: npm run rollout -- judge count-cars --local --deployment mine; 7 of at ' +
      'least 100 requests',
  );
  expect(withOptions(back, {})).toEqual(back);
  expect(withOptions(back)).toEqual(back);
  expect(commandLine('batch', 'watch count-cars --job j', { local: true, port: '9000' })).toBe(
    'npm run batch -- watch count-cars --job j --local --port 9000',
  );
});
