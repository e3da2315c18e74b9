import type { Judging, PairToJudge } from '../../functions/api/judge-schemas.ts';
import { commandOfKey } from '../../functions/pages/judge/commands.ts';
import { progressOf } from '../../functions/pages/judge/progress-text.ts';
import { Session } from '../../functions/pages/judge/session.ts';
import { partsOf, pointAt, zoomTo } from '../../functions/pages/judge/zoom.ts';

const picture = { url: 'https://bucket/a.jpg', width: 1000, height: 500 };
const pairOf = (name: string): PairToJudge => ({ id: `id-${name}`, pair: name, picture, first: [], second: [] });
const answer = (names: string, about: Partial<Judging> = {}): Judging => ({
  ...{ state: 'judging', endpoint: 'count-cars', version: '2', judged: 0, open: names.length, at_least: 11 },
  ...about,
  pairs: [...names].map(pairOf),
});

function sessionOf(names: string): Session {
  const session = new Session();
  session.fetching();
  session.fetched(answer(names));
  return session;
}

const presentOf = ({ present }: Session) => present?.pair;
const upcomingOf = (session: Session) => session.upcoming(99).map(({ pair }) => pair);

describe('a session', () => {
  test('goes from pair to pair, and has none at the end', () => {
    const session = sessionOf('ab');
    expect([presentOf(session), upcomingOf(session)]).toEqual(['a', ['b']]);
    expect(session.decide('first')).toMatchObject({ pair: { pair: 'a' }, decision: 'first' });
    session.decide(3);
    expect([presentOf(session), session.decide('both')]).toEqual([undefined, undefined]);
  });

  test('keeps the present pair when pairs are fetched, adds new ones, and none that is judged meanwhile', () => {
    const session = sessionOf('abc');
    session.fetching();
    session.decide('first');
    session.fetched(answer('abcdef'));
    expect([presentOf(session), upcomingOf(session)]).toEqual(['b', ['c', 'd', 'e', 'f']]);
    session.fetched(answer('df'));
    expect([presentOf(session), upcomingOf(session)]).toEqual(['b', ['d', 'f']]);
  });

  test('undo shows the last pair with its decision, then goes on where it was', () => {
    const session = sessionOf('abc');
    session.decide('first');
    session.decide('second');
    expect(session.undo()).toMatchObject({ decision: 'second' });
    expect([presentOf(session), session.former]).toEqual(['b', 'second']);
    session.fetched(answer('c'));
    session.decide('both');
    expect([presentOf(session), session.former, upcomingOf(session)]).toEqual(['c', undefined, []]);
    session.undo();
    session.undo();
    expect([presentOf(session), session.undo()]).toEqual(['a', undefined]);
  });

  test('counts the decisions since the last answer, "cannot tell" aside', () => {
    const session = sessionOf('abcdef');
    session.decide('first');
    session.fetching();
    for (const decision of ['cannot tell', 'both', 'cannot tell'] as const) session.decide(decision);
    expect(session.state()).toMatchObject({ since: 3, counting: 1 });
    session.undo();
    session.decide(4);
    expect(session.state()).toMatchObject({ since: 3, counting: 2 });
  });

  test('asks for more with few pairs left, or after five decisions; a correction is no further decision', () => {
    const session = sessionOf('abcdefghijklmnopqrstuvwxyz');
    for (let turn = 0; turn < 4; turn += 1) session.decide('first');
    session.undo();
    session.decide('second');
    expect([session.needsMore(), session.state().since]).toEqual([false, 4]);
    session.decide('first');
    expect([session.needsMore(), session.state().since]).toEqual([true, 5]);
    expect(sessionOf('ab').needsMore()).toBe(true);
  });

  test('counts a picture once, however often it is corrected, and shows the former decision on each', () => {
    const session = sessionOf('abcdefghijklm');
    session.decide('first');
    session.decide('second');
    session.undo();
    session.undo();
    session.decide('both');
    expect([presentOf(session), session.former, session.state().since]).toEqual(['b', 'second', 2]);
    session.decide('first');
    expect([presentOf(session), session.former, session.state().since]).toEqual(['c', undefined, 2]);
  });

  test('keeps a correction that waits when pairs are fetched', () => {
    const session = sessionOf('abc');
    session.decide('first');
    session.decide('second');
    session.undo();
    session.undo();
    session.fetched(answer('cd'));
    expect([presentOf(session), upcomingOf(session)]).toEqual(['a', ['b', 'c', 'd']]);
  });

  test('leaves a correction as it is and goes on with the first pair that is not judged', () => {
    const session = sessionOf('abc');
    expect(session.leaveCorrection()).toBe(false);
    session.decide('first');
    session.decide('second');
    session.undo();
    session.undo();
    expect([session.leaveCorrection(), presentOf(session), session.state().since]).toEqual([true, 'c', 2]);
    expect(session.undo()).toMatchObject({ pair: { pair: 'b' }, decision: 'second' });
  });

  test('takes the new address of the present picture, and goes on without one that was deleted', () => {
    const session = sessionOf('ab');
    const fresh = { ...pairOf('a'), picture: { ...picture, url: 'https://bucket/again.jpg' } };
    session.fetched({ ...answer('b'), pairs: [fresh, pairOf('b')] });
    expect(session.present?.picture.url).toBe('https://bucket/again.jpg');
    session.skip();
    expect([presentOf(session), session.state().since]).toEqual(['b', 0]);
  });

  test('forgets the pairs of a version when another one is judged', () => {
    const session = sessionOf('abc');
    session.decide('first');
    session.fetched(answer('xy', { version: '3' }));
    expect([presentOf(session), upcomingOf(session), session.state().since]).toEqual(['x', ['y'], 0]);
    expect(session.undo()).toBeUndefined();
  });

  test('asks for more after each decision near the end, because the judging can end with it', () => {
    const session = sessionOf('');
    session.fetching();
    session.fetched(answer('abcdefghijklmnop', { likely: 4 }));
    session.decide('first');
    expect(session.needsMore()).toBe(false);
    session.decide('first');
    expect(session.needsMore()).toBe(true);
  });

  test('of another person begins without pairs', () => {
    const session = sessionOf('ab');
    session.decide('first');
    session.restart();
    expect([presentOf(session), session.undo()]).toEqual([undefined, undefined]);
  });
});

test.each([
  [undefined, 0, 'Loading …', 0],
  [{ judged: 0, open: 0, at_least: 0 }, 0, 'No pair to judge yet', 0],
  [{ judged: 0, open: 9, at_least: 11 }, 0, '0 judged, at least 11 more decisions needed', 0],
  [{ judged: 4, open: 9, at_least: 8, likely: 9 }, 3, '7 judged, about 6 more decisions likely needed', 7 / 13],
  [{ judged: 15, open: 9, at_least: 1, likely: 1 }, 0, '15 judged, about 1 more decision likely needed', 15 / 16],
  [{ judged: 15, open: 9, at_least: 1, likely: 2 }, 4, '19 judged, about 1 more decision likely needed', 19 / 20],
  [{ judged: 40, open: 9, at_least: 12 }, 0, '40 judged, both about equal so far: many more needed', 40 / 52],
])('progress of %j and %i decisions since', (progress, since, words, share) => {
  expect(progressOf(progress, since)).toEqual({ words, share });
});

test('keys: decisions, and digits from 3 on begin a count', () => {
  const keys = [
    '1',
    'ArrowLeft',
    '2',
    'ArrowRight',
    '=',
    '0',
    'n',
    'N',
    'c',
    'u',
    'Escape',
    'z',
    '?',
    't',
    '7',
    'x',
    'Enter',
  ];
  const prefer = (preference: string) => ({ kind: 'prefer', preference });
  expect(keys.map(commandOfKey)).toEqual([
    ...['first', 'first', 'second', 'second', 'both', 'both', 'neither', 'neither', 'cannot tell'].map(prefer),
    ...['undo', 'leave', 'zoom', 'help', 'count'].map((kind) => ({ kind })),
    { kind: 'count', digit: '7' },
    undefined,
    undefined,
  ]);
});

describe('zoom', () => {
  const view = { width: 500, height: 500 };

  /** The point of the view where a point of the picture lies. */
  const shownAt = (x: number, y: number, { scale, left, top }: ReturnType<typeof zoomTo>) => [
    left + scale * (x * 0.5),
    top + scale * (125 + y * 0.5),
  ];

  test('shows the middle of the part in the middle of the view, with a margin', () => {
    const transform = zoomTo({ x: 450, y: 225, width: 100, height: 50 }, picture, view);
    expect(shownAt(500, 250, transform)).toEqual([250, 250]);
    const [left] = shownAt(450, 250, transform) as [number, number];
    expect(left).toBeGreaterThan(50);
    expect(transform.scale).toBeCloseTo(6.25, 5);
  });

  test('leaves no more of the view empty than needed', () => {
    const corner = zoomTo({ x: 0, y: 0, width: 50, height: 50 }, picture, view);
    expect(shownAt(0, 0, corner)).toEqual([0, 0]);
    const whole = zoomTo({ x: 0, y: 0, width: 1000, height: 500 }, picture, view);
    expect(whole.scale).toBe(1.5);
    const [, top] = shownAt(0, 0, whole) as [number, number];
    const [, bottom] = shownAt(0, 500, whole) as [number, number];
    expect(top + bottom).toBeCloseTo(500, 5);
  });

  test('a click is a point of the picture', () => {
    const { x, y, width, height } = pointAt({ x: 250, y: 250 }, picture, view);
    expect([x + width / 2, y + height / 2]).toEqual([500, 250]);
  });

  test('shows all differences at once where that is at least twice as large', () => {
    const boxes = [
      { x: 10, y: 20, width: 50, height: 5 },
      { x: 260, y: 30, width: 50, height: 10 },
      { x: 200, y: 100, width: 50, height: 10 },
    ];
    const [part, ...others] = partsOf(boxes, picture, view);
    expect([part, others]).toEqual([{ x: 10, y: 20, width: 300, height: 90 }, []]);
    expect(zoomTo(part as (typeof boxes)[0], picture, view, 1).scale).toBeCloseTo(1 / 0.3 / 1.6, 5);
    expect(partsOf([], picture, view)).toEqual([]);
  });

  test('shows groups of near differences one after the other where all together are hardly larger', () => {
    const [left, besideLeft] = [
      { x: 0, y: 0, width: 50, height: 50 },
      { x: 100, y: 0, width: 50, height: 50 },
    ];
    const [right, large] = [
      { x: 900, y: 400, width: 50, height: 50 },
      { x: 300, y: 0, width: 650, height: 500 },
    ];
    const nearLeft = { x: 0, y: 0, width: 150, height: 50 };
    expect(partsOf([right, left, besideLeft], picture, view)).toEqual([nearLeft, right]);
    expect(partsOf([large, left, besideLeft], picture, view)).toEqual([nearLeft, large]);
    expect(zoomTo(large, picture, view, 1).scale).toBe(1);
  });

  test('shows fewer differences at once in a narrow view of an upright picture', () => {
    const upright = { width: 480, height: 640 };
    const boxes = [
      { x: 100, y: 200, width: 20, height: 20 },
      { x: 300, y: 200, width: 20, height: 20 },
    ];
    const around = { x: 100, y: 200, width: 220, height: 20 };
    expect(partsOf(boxes, upright, { width: 615, height: 510 })).toEqual([around]);
    expect(partsOf(boxes, upright, { width: 166, height: 362 })).toEqual(boxes);
    for (const box of boxes) {
      expect(zoomTo(box, upright, { width: 166, height: 362 }, 1).scale).toBeGreaterThanOrEqual(2);
    }
  });
});
