import fc from 'fast-check';
import { parseOptions, RANGES } from '../../functions/api/options.ts';
import { fromMetadata, toMetadata } from '../../functions/detect/option-metadata.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('options come back from the metadata of an upload', () => {
  const options = fc.record(
    {
      model: fc.string(),
      confidence: share,
      iou: share,
      max_side: fc.integer(RANGES.max_side),
      decision: fc.integer(RANGES.decision),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(options, (given) => {
      expect(parseOptions(fromMetadata(toMetadata(given)))).toEqual(given);
    }),
  );
});

test('metadata names have dashes', () => {
  expect(toMetadata({ max_side: 320, confidence: 0.5 })).toEqual({ 'max-side': '320', confidence: '0.5' });
});

test('other metadata is ignored', () => {
  expect([...fromMetadata({ mtime: '1', 'max-side': '320', max_side: '64' })]).toEqual([['max_side', ['320']]]);
});
