import { fileSurroundings } from '../../cli/rollout/report-file.ts';
import { scorePicture } from '../../functions/judge/shadow-score.ts';
import type { ComparisonRecord } from '../../functions/records/comparison.ts';
import { shownPictures } from '../../functions/rollout-report/disagreements.ts';
import { toJudgeSection } from '../../functions/rollout-report/to-judge.ts';

const car = (x: number) => ({ label: 'car', confidence: 0.9, box: { x, y: 10, width: 20, height: 20 } });
const { control } = fileSurroundings({ api: 'https://api.example', endpoint: 'count-cars' });

function compared(id: string): ComparisonRecord {
  const baseline = { kind: 'live', detections: [car(0)] } as const;
  const detections = [car(0), car(50)];
  return {
    ...{ id, compared_at: '2026-11-22T12:00:00.000Z', candidate_version: '4', baseline, input: `inputs/${id}` },
    candidate: { ok: true, answer: { status: 'done', function_version: '4', detections, timing_ms: { total: 1 } } },
    score: scorePicture(baseline, { status: 'done', detections }),
  };
}

const comparisons = [compared('a'), compared('b'), compared('c')];
const picture = { source: 'https://bucket.example/a.jpg', width: 200, height: 100 };

test('a picture to judge is shown without the answers and counts of both versions', () => {
  const pictures = new Map([['a', picture]]);
  const { text } = toJudgeSection({ toJudge: [compared('a')], comparisons, pictures }, { control });
  expect(text).toContain(`<img src="${picture.source}" alt="Picture 1" width="200" height="100"`);
  expect(text).toContain('Count the objects\n(car), type the number');
  expect(text).toContain('<details class="decision" open>');
  expect(text).toContain('value=""');
  expect(text).not.toMatch(/<svg|data-baseline|data-candidate|baseline|candidate/);
});

test('the report of the API links to the page that judges by one key each', () => {
  const content = { toJudge: [compared('a')], comparisons, pictures: new Map([['a', picture]]) };
  const { text } = toJudgeSection(content, { control, judgePage: '/status/count-cars/judge' });
  expect(text).toContain('<a href="/status/count-cars/judge">Judge them by one key each</a>, or count here.');
});

test('an expired picture is left out, and without open pictures the section says so', () => {
  const expired = toJudgeSection({ toJudge: [compared('b')], comparisons, pictures: new Map() }, { control });
  expect(expired.text).not.toContain('<figure');
  const none = toJudgeSection({ toJudge: [], comparisons, pictures: new Map() }, { control });
  expect(none.text).toContain('None: no picture on which the versions differ is open.');
});

test('a rollout that people do not judge has no such section', () => {
  expect(toJudgeSection({ comparisons, pictures: new Map() }, { control }).text).toBe('');
});

test('a picture in both parts of the page is fetched once', () => {
  const [a, b, c] = comparisons as [ComparisonRecord, ComparisonRecord, ComparisonRecord];
  const worst = [a, b].map((record) => ({ record, kinds: [] }));
  expect(shownPictures(worst, [b, c]).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});
