import type { DriftPicture, ShownDrift } from '../../functions/api/drift-schemas.ts';
import { driftWithoutUrls, objectsText, periodText } from '../../functions/pages/status/drift-text.ts';
import { driftStanding } from '../../functions/standing/drift.ts';
import { driftReport } from '../standing/drift-reports.ts';

const box = { x: 0, y: 0, width: 1, height: 1 };
const found = (...labels: readonly string[]) => labels.map((label) => ({ label, confidence: 0.9, box }));
const NOW = new Date('2026-11-24T18:00:00Z');

test('objects are counted by label, in the order of labels', () => {
  expect(objectsText({ detections: found('car', 'bus', 'car') })).toBe('1 × bus, 2 × car');
  expect(objectsText({ detections: [] })).toBe('nothing');
});

test('a period has its hours and pictures', () => {
  const { reference, compared } = driftReport();
  expect(periodText(reference)).toBe('2026-11-02 00:00 – 2026-11-09 00:00 UTC: 7012 pictures of 4633 scenes');
  expect(periodText({ ...compared, pictures: 0, scenes: 0 })).toMatch(/17:00 UTC: no pictures yet$/);
});

test('what decides whether the section is drawn again: no address, but which pictures, and each half hour', () => {
  const picture = (id: string, url: string): DriftPicture => ({ id, url, width: 1, height: 1, detections: [] });
  const drift = (id: string, url: string): ShownDrift => ({
    ...driftStanding(driftReport(), '3'),
    pictures: { before: [picture(id, url)], after: [] },
  });
  const drawn = driftWithoutUrls(drift('a', 'https://x/1'), NOW);
  expect(driftWithoutUrls(drift('a', 'https://x/2'), NOW)).toEqual(drawn);
  expect(driftWithoutUrls(drift('b', 'https://x/1'), NOW)).not.toEqual(drawn);
  expect(driftWithoutUrls({ ...drift('a', 'https://x/1'), words: 'other' }, NOW)).not.toEqual(drawn);
  const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
  expect(driftWithoutUrls(drift('a', 'https://x/1'), later(29))).toEqual(drawn);
  expect(driftWithoutUrls(drift('a', 'https://x/1'), later(30))).not.toEqual(drawn);
  expect(driftWithoutUrls(undefined, NOW)).toEqual({});
});
