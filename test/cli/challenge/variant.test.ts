import { type Ring, readChallengers } from '../../../cli/challenge/variant.ts';
import { packagesWith } from '../model/command.ts';

const ring = (more: Partial<Ring> = {}): Ring => ({
  models: packagesWith('other', (manifest) => ({
    ...manifest,
    thresholds: { ...(manifest.thresholds as object), bounds: { confidence: { min: 0.1, max: 0.9 } } },
  })),
  labels: ['car'],
  declared: {},
  live: { model: 'live-one' },
  ...more,
});

test('a challenger is a package, alone or with thresholds', async () => {
  const all = await readChallengers(['other', 'other@confidence=0.4', 'other@confidence=0.4@iou=0.5'], ring());
  expect(all).toMatchObject([
    { name: 'other', model: 'other' },
    { name: 'other@confidence=0.4', model: 'other', confidence: 0.4 },
    { name: 'other@confidence=0.4@iou=0.5', confidence: 0.4, iou: 0.5 },
  ]);
  expect(all[0]).not.toHaveProperty('confidence');
});

test('it keeps the thresholds that the endpoint declares, or takes those of its package', async () => {
  const [kept, own] = await readChallengers(
    ['other', 'other@confidence=package'],
    ring({ declared: { confidence: 0.3, iou: 0.6 } }),
  );
  expect(kept).toMatchObject({ confidence: 0.3, iou: 0.6 });
  expect(own).toMatchObject({ iou: 0.6 });
  expect(own).not.toHaveProperty('confidence');
});

test('every fault is said at once', async () => {
  const names = [
    'none',
    'other@confidence=high@iou=',
    'other@confidence=0.95',
    'other@confidence=0.2@confidence=0.3',
    'other@size=640x640',
    'other@',
  ];
  const faults = [
    /^ {2}none: Expected the name of a model package, received "none": model\.json: expected a readable /,
    /^ {2}other@confidence=high@iou=: Expected a number from 0 to 1, or package, for confidence, received "high"$/,
    /^ {2}other@confidence=high@iou=: Expected a number from 0 to 1, or package, for iou, received ""$/,
    /^ {2}other@confidence=0\.95: Expected a number from 0\.1 to 0\.9 for confidence, received 0\.95$/,
    /^ {2}other@confidence=0\.2@confidence=0\.3: Expected confidence once, received it again$/,
    /^ {2}other@size=640x640: Expected confidence=… or iou=… after @, received "size=640x640": another input size is /,
    /^ {2}other@: Expected confidence=… or iou=… after @, received ""$/,
  ];
  const error = await readChallengers(names, ring()).catch((caught: Error) => caught);
  const [head, ...lines] = (error as Error).message.split('\n');
  expect(head).toBe('--challengers has 7 errors:');
  expect(lines).toEqual(faults.map((fault) => expect.stringMatching(fault)));
});

test('labels of the endpoint must be known', async () => {
  await expect(readChallengers(['other'], ring({ labels: ['car', 'boat'] }))).rejects.toThrow(
    /other: Expected labels? .* for labels, received .*boat/,
  );
});

test('what is the same as live or as another one is no challenger', async () => {
  const names = ['other', 'other@iou=package'];
  await expect(readChallengers(names, ring({ live: { model: 'other' } }))).rejects.toThrow(
    [
      '--challengers has 2 errors:',
      '  other: Expected a challenger of live, received what live serves',
      '  other@iou=package: Expected another model or another threshold than other, received the same',
    ].join('\n'),
  );
});

test('at most ten', async () => {
  const names = Array.from({ length: 11 }, (_, index) => `other@confidence=${(20 + index) / 100}`);
  await expect(readChallengers(names, ring())).rejects.toThrow('Expected at most 10 challengers, received 11');
});
