/** The words of a wait: each measure, obstacle and remedy. */

import { explainWait, needsInWords, roughly } from '../../functions/judge/explain-wait.ts';
import type { Obstacle, TimedNeed, Wait } from '../../functions/judge/wait.ts';

const ERRORS: TimedNeed = { of: 'errorRate', unit: 'requests', more: 400, minutes: 40, expected: 'promote' };
const LEAST: TimedNeed = { of: 'least', unit: 'pictures', more: 86, minutes: 80, expected: 'promote' };
const PEOPLE: TimedNeed = { of: 'people', unit: 'decisions', more: 12, minutes: 90, have: 9, expected: 'promote' };

describe('what a step will need', () => {
  test.each<[readonly TimedNeed[], string]>([
    [[], 'the next tick'],
    [[{ ...ERRORS, more: 0 }], 'the next tick'],
    [[ERRORS], 'about 400 requests of the candidate for errors'],
    [[{ of: 'errorRate', unit: 'requests' }], 'more requests of the candidate for errors'],
    [[{ of: 'least', unit: 'minutes', more: 30 }], '30 min, the least time of the step'],
    [[{ of: 'labels', unit: 'photos', more: 40, left: 40, have: 0 }], 'the answers to 40 labelled photos'],
    [[{ ...ERRORS, more: 1 }], 'about 1 request of the candidate for errors'],
    [
      [
        ERRORS,
        { ...ERRORS, of: 'latency', more: 64 },
        { ...ERRORS, more: 0 },
        { of: 'least', unit: 'minutes', more: 9 },
      ],
      'about 400 requests of the candidate for errors, 64 for latency, 9 min of the least time',
    ],
    [
      [ERRORS, { ...ERRORS, more: 300 }, { ...ERRORS, more: 200 }, { ...ERRORS, more: 100 }],
      'about 400 requests of the candidate for errors, 300 for errors, 200 for errors',
    ],
  ])('%j: %s', (needs, words) => {
    expect(needsInWords(needs)).toBe(words);
  });

  test.each<[TimedNeed['of'], TimedNeed['unit'], string]>([
    ['agreement', 'pictures', 'about 20 pictures for agreement'],
    ['countError', 'pictures', 'about 20 pictures for the count'],
    ['rejectionRate', 'requests', 'about 20 requests of the candidate for rejections'],
    ['latency', 'requests', 'about 20 requests of the candidate for latency'],
    ['people', 'decisions', 'about 20 decisions of people for a verdict'],
    ['labels', 'photos', 'about 20 labelled photos for a verdict'],
    ['limit', 'requests', 'about 20 requests of the candidate for the limit of errors'],
    ['least', 'pictures', 'about 20 pictures for the minimum of the step'],
    ['scenes', 'pictures', 'about 20 pictures for different scenes'],
  ])('for %s', (of, unit, words) => {
    expect(needsInWords([{ of, unit, more: 20 }])).toBe(words);
  });
});

describe('besides the longest need', () => {
  const wait = (...needs: readonly TimedNeed[]): Wait => ({ needs, etaMinutes: 80, expected: 'promote' });
  const first = 'Needs about 86 more pictures for the minimum of the step, 80 min at this rate';

  test('people are named once', () => {
    expect(explainWait(wait(LEAST, PEOPLE))).toBe(`${first}; besides, about 12 more decisions of people for a verdict`);
  });

  test('two other needs are named, in the order of their length', () => {
    const pictures = { ...LEAST, of: 'agreement', more: 51 } as const;
    expect(explainWait({ ...wait(PEOPLE, LEAST, pictures, { ...pictures, more: 9 }), etaMinutes: 90 })).toBe(
      'Needs about 12 more decisions of people for a verdict, 90 min at this rate; besides, about 86 more pictures ' +
        'for the minimum of the step, about 51 more pictures for agreement',
    );
  });

  test('a need without a proof in sight is not', () => {
    const few = { of: 'people', unit: 'decisions', have: 3 } as const;
    const needs = [few, { of: 'agreement', unit: 'pictures' }, LEAST] as const;
    expect(explainWait({ needs, obstacle: 'few-decisions' })).toBe(
      'No time is foretold before 5 decisions: needs more decisions of people for a verdict; besides, about 86 more ' +
        'pictures for the minimum of the step. Let people judge: the status page links to the pictures',
    );
  });
});

test('a rollback comes with the first of its proofs, whatever their order', () => {
  const late = { ...LEAST, of: 'agreement', more: 30, minutes: 25, expected: 'roll back' } as const;
  const soon = { ...late, of: 'countError', more: 20, minutes: 15 } as const;
  const { minutes: _, ...never } = { ...PEOPLE, expected: 'roll back' } as const;
  const words = 'Rolls back after about 20 more pictures for the count, 15 min at this rate';
  for (const proofs of [
    [never, late, soon],
    [soon, late, never],
    [late, soon, never],
    [soon, never],
    [never, soon],
  ]) {
    expect(
      explainWait({ needs: [LEAST, ...proofs, { ...LEAST, minutes: 9 }], etaMinutes: 15, expected: 'roll back' }),
    ).toBe(words);
  }
});

describe('an obstacle has its reason and its remedy:', () => {
  const words = (obstacle: Obstacle, ...needs: readonly TimedNeed[]) => explainWait({ needs, obstacle });
  const later = 'Goes on by itself after the alarm, too; promote goes to the next step at once';
  const replays: TimedNeed = { of: 'errorRate', unit: 'pictures', more: 300 };

  test.each<[string, Obstacle, TimedNeed, string]>([
    [
      'more pictures than the shadow has',
      'max-pictures',
      replays,
      'No verdict within the pictures of this shadow (maxPictures): needs about 300 more pictures for errors. ' +
        'Promote ' +
        'goes to the next step at once; a wider margin of that gate, or more maxPictures, in the plan helps the next ' +
        'version',
    ],
    [
      'the same, while decisions of people take longer',
      'max-pictures',
      PEOPLE,
      'No verdict within the pictures of this shadow (maxPictures): needs about 12 more decisions of people for a ' +
        'verdict. Promote goes to the next step at once; a wider margin of that gate, or more maxPictures, in the ' +
        'plan helps the next version',
    ],
    [
      'slow replays',
      'max-hold',
      replays,
      `No verdict before the alarm (maxHold): needs about 300 more pictures for errors. ${later}; a wider margin of ` +
        'that gate, or more maxPictures, in the plan helps the next version',
    ],
    [
      'slow decisions, although the versions differ',
      'max-hold',
      PEOPLE,
      `No verdict before the alarm (maxHold): needs about 12 more decisions of people for a verdict. ${later}; a ` +
        'longer maxHold in the plan helps the next version',
    ],
    [
      'a long least time',
      'max-hold',
      { of: 'least', unit: 'minutes', more: 90 },
      `No verdict before the alarm (maxHold): needs 90 min more, the least time of the step. ${later}; a longer ` +
        'maxHold in the plan helps the next version',
    ],
    [
      'rates near to a limit',
      'no-verdict',
      { of: 'errorRate', unit: 'requests' },
      'No verdict in sight: needs more requests of the candidate for errors. Promote goes to the next step at once; ' +
        'a ' +
        'wider margin of that gate, or a larger percent, in the plan helps the next version',
    ],
    [
      'repeated pictures',
      'few-scenes',
      { of: 'scenes', unit: 'pictures' },
      'No time is foretold, because the same pictures come again and again: needs more pictures for different ' +
        'scenes. ' +
        'Send other pictures, or declare repeats: "count" in the plan',
    ],
    [
      'a small set',
      'few-photos',
      { of: 'labels', unit: 'photos', more: 30, left: 0, have: 9 },
      'The labelled set is too small for a verdict: needs about 30 more labelled photos for a verdict. Promote or ' +
        'rollback decides. For a verdict, add photos to the set, then deploy it (a folder), or start the rollout ' +
        'again (a prefix): npm run rollout -- start <endpoint>',
    ],
    [
      'a set on which both are alike',
      'no-verdict',
      { of: 'labels', unit: 'photos', left: 0, have: 9 },
      'No verdict in sight: needs more labelled photos for a verdict. Both are about as good on these photos: ' +
        'promote ' +
        'or rollback decides',
    ],
  ])('%s', (_, obstacle, need, sentence) => {
    expect(words(obstacle, need)).toBe(sentence);
  });

  test('an outage of both, wherever its need stands', () => {
    const latency = { ...ERRORS, of: 'latency', shares: { candidate: 0.2, live: 0.2 } } as const;
    const limit = { of: 'limit', unit: 'requests', shares: { candidate: 0.4, live: 0.31 } } as const;
    expect(words('no-verdict', latency, limit)).toBe(
      'No verdict while both fail 31 %: goes on as soon as live fails less',
    );
  });

  test.each<[TimedNeed['of'], number, number, string]>([
    ['errorRate', 0, 0, ''],
    ['errorRate', 0.01, 0.0004, ''],
    ['errorRate', 0.0005, 0.0005, ' while both fail about 0.05 %'],
    ['errorRate', 0.012, 0.01, ' while both fail about 1 %'],
    ['errorRate', 0.03, 0.01, ' while the candidate fails about 3 %, live 1 %'],
    ['errorRate', 0.01, 0.03, ' while the candidate fails about 1 %, live 3 %'],
    ['rejectionRate', 0.02, 0.02, ' while both reject about 2 %'],
    ['rejectionRate', 0.04, 0.02, ' while the candidate rejects about 4 %, live 2 %'],
    ['latency', 0.125, 0.125, ' while both are slow in about 13 %'],
    ['latency', 0.5, 0.05, ' while the candidate is slow in about 50 %, live 5 %'],
    ['least', 0.5, 0.5, ''],
  ])('requests of which %s compares %d with %d', (of, candidate, live, share) => {
    const sentence = words('max-hold', { ...ERRORS, of, shares: { candidate, live } });
    expect(sentence.slice(0, sentence.indexOf(':'))).toBe(`No verdict before the alarm (maxHold)${share}`);
  });
});

test.each([
  [0.99, 'less than 1 min'],
  [1, '1 min'],
  [99, '99 min'],
  [100, '1.7 h'],
  [600, '10 h'],
  [48 * 60 - 1, '48 h'],
  [48 * 60, '2 d'],
])('%d minutes are %s', (minutes, words) => {
  expect(roughly(minutes)).toBe(words);
});
