/** What a report says of the decisions of people. */

import { fileSurroundings } from '../../cli/rollout/report-file.ts';
import { KEYS } from '../../functions/contract.ts';
import type { FindingOf } from '../../functions/judge/finding.ts';
import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import { pairOf } from '../../functions/records/pairs.ts';
import { readData } from '../../functions/rollout-report/data.ts';
import { reportPage } from '../../functions/rollout-report/page.ts';
import { fakeClients, tick } from '../standing/fake-clients.ts';
import { record } from '../standing/readings.ts';

const BY_PEOPLE = { kind: 'shadow', baseline: 'live', judge: 'people', words: 'shadow judged by people' } as const;
const CANARY = { kind: 'weight', percent: 50, words: 'canary at 50 %' } as const;
const STEPS = [{ kind: 'golden', words: 'golden gate' } as const, BY_PEOPLE, CANARY];
const IDS = ['a', 'b', 'c', 'd'];
const decided_at = '2026-11-22T12:00:00.000Z';

const finding: FindingOf<'truth'> = {
  kind: 'truth',
  outcome: 'promote',
  tally: {
    ...{
      sample: [
        [0, 2],
        [0.5, 3],
        [1, 20],
      ],
      preferred: 24,
      errors: { live: 0.5, candidate: 0 },
    },
    ...{ unclear: 0, neither: 1, cannotTell: 1, open: 4 },
  },
  test: { goal: 'better' },
  alpha: { rollback: 0.001, promote: 0.01 },
};

/** Four drawn pictures: `a` is counted, `b` preferred, `c` preferred in another rollout, `d` open. */
function judged() {
  const clients = fakeClients();
  const folder = recordsFolder(clients, 'v4-abc');
  for (const id of IDS) {
    const baseline = { kind: 'live', detections: [] } as const;
    const answer = { status: 'done', function_version: '4', detections: [], timing_ms: { total: 1 } };
    clients.stored.set(KEYS.comparison(folder, id), {
      ...{ id, compared_at: decided_at, candidate_version: '4', baseline, input: `inputs/${id}` },
      candidate: { ok: true, answer },
      score: scorePicture(baseline, { status: 'done', detections: [] }),
    });
  }
  const prefer = (pair: string) => ({ preferences: [{ preference: 'first', pair, by: 'Ada', decided_at }] });
  clients.stored.set(KEYS.decision('count-cars', 'a'), { count: 3, decided_at });
  clients.stored.set(KEYS.decision('count-cars', 'b'), prefer(pairOf(folder, 'b').name));
  clients.stored.set(KEYS.decision('count-cars', 'c'), prefer('0123456789abcdef'));
  clients.stored.set(KEYS.people(folder), {
    ...{ updated_at: decided_at, test: finding.test, alpha: finding.alpha },
    pictures: IDS.map((id) => ({ id, live: 1, candidate: 2 })),
    open: IDS,
  });
  return clients;
}

test('pictures to judge are those without a decision now, and none are after the judging', async () => {
  const clients = judged();
  tick(clients, { step: BY_PEOPLE, steps: STEPS, step_number: 1 });
  const during = await readData(clients, '4');
  expect(during?.toJudge?.map(({ id }) => id)).toEqual(['c', 'd']);
  expect(during?.counted).toEqual(new Set(['a']));
  tick(clients, { step: CANARY, steps: STEPS, step_number: 2 });
  expect(await readData(clients, '4')).not.toHaveProperty('toJudge');
  tick(clients, { step: BY_PEOPLE, steps: STEPS, step_number: 1, status: 'rolled back' });
  const after = await readData(clients, '4');
  expect(after).not.toHaveProperty('toJudge');
  expect(after?.counted).toEqual(new Set(['a']));
});

describe('the page', () => {
  const common = { endpoint: 'count-cars', version: '4', comparisons: [], tally: NO_PICTURES, disagreements: [] };
  const content = { ...common, pictures: new Map(), decisions: new Map(), now: new Date(decided_at) };
  const file = fileSurroundings({ api: 'https://api.example', endpoint: 'count-cars' });
  const shadow = { ...record, tick: 9, step: BY_PEOPLE, steps: STEPS, findings: [finding] };
  const canary = { ...record, step: CANARY, steps: STEPS, step_number: 2 };

  test('has the verdict of people and its numbers before all else, in every later step', () => {
    const page = reportPage({ ...content, audits: [shadow, canary] }, file);
    expect(page).toContain('<h2 id="judged-by-people">Judged by people: the candidate is better</h2>');
    expect(page).toContain(
      '25 pictures decide (27 judged by people; on 1 neither answer is right, on 1 nobody can tell)',
    );
    expect(page).toContain('<tr><td>live</td><td>2</td><td>3</td><td>50.0</td></tr>');
    expect(page).toContain('<tr><td>candidate</td><td>20</td><td>3</td><td>0.0</td></tr>');
    expect(page).toContain(
      'No evidence: neither answer is right on 1, nobody can tell on 1, people differ on 0. Without',
    );
    expect(page.indexOf('id="judged-by-people"')).toBeLessThan(page.indexOf('<h2>History</h2>'));
  });

  test.each([
    ['hold', 'better', 'no verdict yet'],
    ['roll back', 'better', 'the candidate is worse'],
    ['promote', 'notWorse', 'the candidate is not worse'],
  ] as const)('%s with goal %s is named', (outcome, goal, words) => {
    const test = goal === 'better' ? { goal } : { goal, margin: 0.1 };
    const audits = [{ ...shadow, findings: [{ ...finding, outcome, test }] }];
    expect(reportPage({ ...content, audits }, file)).toContain(`Judged by people: ${words}</h2>`);
  });

  test('without decisions of people there is no such part', () => {
    expect(reportPage({ ...content, audits: [record] }, file)).not.toContain('Judged by people');
  });
});
