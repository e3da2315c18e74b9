import { explainNotice, headline, type Notice, ROLLOUT_NEWS } from '../../functions/judge/explain-notice.ts';

const NOTICE: Notice = {
  ...{ news: 'rolled_back', endpoint: 'count-cars', version: '7', stable: '6' },
  ...{ judged: 'canary at 10 %', present: 'canary at 50 %', traffic: 'version 6 has all traffic' },
  reason: '7 errors in 52 requests',
  report: 'https://api.example.com/count-cars/report',
};

test('each kind of news has a headline', () => {
  expect(ROLLOUT_NEWS.map((news) => headline({ ...NOTICE, news }))).toEqual([
    'count-cars: the rollout of version 7 started, with version 6 live',
    'count-cars: version 7 passed the step "canary at 10 %": next "canary at 50 %"',
    'count-cars: version 7 waits for an operator in the step "canary at 50 %"',
    'count-cars: version 7 is held in the step "canary at 50 %"',
    'count-cars: the rollout of version 7 goes on in the step "canary at 50 %"',
    'count-cars: version 7 was promoted to all traffic',
    'count-cars: version 7 was rolled back in the step "canary at 10 %"',
    'count-cars: the rollout of version 7 ended, because a newer version replaces it',
    'count-cars: the rollout of version 7 stopped, because the alias was moved',
  ]);
});

test('a notice is complete without its report', () => {
  expect(explainNotice(NOTICE)).toBe(
    [
      'count-cars: version 7 was rolled back in the step "canary at 10 %".',
      'Reason: 7 errors in 52 requests.',
      'Live traffic: version 6 has all traffic.',
      'Report: https://api.example.com/count-cars/report',
    ].join('\n'),
  );
});

test('a rollout that waits says for what, and how to decide', () => {
  const wait = 'about 560 more requests, 2 h at this traffic';
  expect(
    explainNotice({ ...NOTICE, news: 'waits', wait })
      .split('\n')
      .slice(3),
  ).toEqual([
    'about 560 more requests, 2 h at this traffic.',
    'Decide: npm run rollout -- promote count-cars, or rollback count-cars.',
    'Report: https://api.example.com/count-cars/report',
  ]);
  const resumed = explainNotice({ ...NOTICE, news: 'waits', wait, canResume: true }).split('\n');
  expect(resumed[4]).toBe('Decide: npm run rollout -- resume count-cars, promote count-cars, or rollback count-cars.');
});
