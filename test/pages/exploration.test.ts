import { ProblemError } from '../../functions/pages/common/api.ts';
import { Exploration } from '../../functions/pages/try/exploration.ts';

type Answer = Exploration['answer'];
type Detections = Answer['detections'];

const detection = (confidence: number): Detections[number] => ({
  label: 'car',
  confidence,
  box: { x: 0, y: 0, width: 1, height: 1 },
});

/** Only what an exploration reads of an answer. */
const answerWith = (...confidences: number[]) =>
  ({ status: 'done', detections: confidences.map(detection) }) as unknown as Answer;

const confidencesOf = (detections: Detections) => detections.map(({ confidence }) => confidence);

/** The problem of a version whose model allows thresholds from `bounds.min` on. */
const outOfRange = (bounds: { min?: number; max?: number }, field = 'confidence') =>
  new ProblemError({
    status: 400,
    errors: [{ field, expected: 'a number from 0.3 to 0.9', received: '0.05', ...bounds }],
  });

test('a higher threshold filters the answer', () => {
  const exploration = new Exploration(answerWith(0.9, 0.6), undefined);
  expect(confidencesOf(exploration.detections(undefined))).toEqual([0.9, 0.6]);
  expect(confidencesOf(exploration.detections(0.7))).toEqual([0.9]);
});

test('a lower threshold shows the weaker detections after one more request', async () => {
  const exploration = new Exploration(answerWith(0.9), undefined);
  expect(exploration.isWidened).toBe(false);
  await exploration.widen(async () => answerWith(0.9, 0.2, 0.1), 0.05);
  expect(exploration.isWidened).toBe(true);
  expect(confidencesOf(exploration.detections(0.15))).toEqual([0.9, 0.2]);
});

test('the threshold of the answer itself shows the answer, whatever was fetched since', async () => {
  const exploration = new Exploration(answerWith(0.9), 0.5);
  await exploration.widen(async () => answerWith(0.91, 0.55, 0.2), 0.05);
  expect(confidencesOf(exploration.detections(0.5))).toEqual([0.9]);
});

test('a version that allows less is queried with the `min` of its problem', async () => {
  const exploration = new Exploration(answerWith(0.9), undefined);
  const queried: number[] = [];
  await exploration.widen(async (confidence) => {
    queried.push(confidence);
    if (confidence < 0.3) throw outOfRange({ min: 0.3, max: 0.9 });
    return answerWith(0.9, 0.4);
  }, 0.05);
  expect(queried).toEqual([0.05, 0.3]);
  expect(confidencesOf(exploration.detections(0.35))).toEqual([0.9, 0.4]);
});

test.each([
  ['without `min`, whatever its sentence says', outOfRange({})],
  ['about another field', outOfRange({ min: 0.3 }, 'iou')],
  ['whose `min` is the threshold that was sent', outOfRange({ min: 0.05 })],
  ['of another kind', new TypeError('broken')],
])('an error %s is thrown', async (_name, error) => {
  const exploration = new Exploration(answerWith(0.9), undefined);
  let queries = 0;
  const widened = exploration.widen(async () => {
    queries += 1;
    throw error;
  }, 0.05);
  await expect(widened).rejects.toBe(error);
  expect(queries).toBe(1);
});
