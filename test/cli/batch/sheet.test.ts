/** The contact sheet of a job: which pictures it shows, and how. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { reportJob } from '../../../cli/batch/job-report.ts';
import { SheetChoice } from '../../../cli/batch/sheet/choice.ts';
import { writeSheet } from '../../../cli/batch/sheet/write-sheet.ts';
import type { BatchLine } from '../../../functions/batch-contract.ts';
import { tagOf } from '../../detect/fixtures/bucket.ts';
import { golden } from '../../journeys/pictures.ts';
import { bucketOf, car, deployedWith, reading, resultOf } from './compared-jobs.ts';

const line = (id: string, more: Partial<BatchLine> = {}): BatchLine => ({
  ...{ id, key: `in/${id}.jpg`, status: 'done', count: 1, ms: 50 },
  ...more,
});

function sectionsOf(lines: readonly BatchLine[]): Record<string, string[]> {
  const choice = new SheetChoice();
  for (const each of lines) choice.add(each);
  return Object.fromEntries(choice.sections.map(({ title, lines: shown }) => [title, shown.map(({ id }) => id)]));
}

test('twelve pictures of each kind at most, whatever the order in which they come', () => {
  const ids = Array.from({ length: 300 }, (_, index) => String((index * 7) % 300).padStart(3, '0'));
  const lines = ids.map((id) => line(id, { count: Number(id) % 60, ms: 300 - Number(id) }));
  const first = Array.from({ length: 12 }, (_, index) => String(index).padStart(3, '0'));
  const sections = sectionsOf(lines);
  expect(sections.Random).toEqual(first);
  expect(sections.Slowest).toEqual(first);
  expect(sections['Most objects']?.slice(0, 6)).toEqual(['059', '119', '179', '239', '299', '058']);
  expect(sections['Without objects']).toEqual(['000', '060', '120', '180', '240']);
  expect(sections).toEqual(sectionsOf(lines.toReversed()));
});

test('rejected pictures have a section of their own, and are in no other; empty sections are left out', () => {
  const rejected = line('r', { status: 'rejected', reason: '/problems/unsupported-picture' });
  expect(sectionsOf([rejected])).toEqual({ Rejected: ['r'] });
  expect(Object.keys(sectionsOf([line('a')]))).toEqual(['Random', 'Most objects', 'Slowest']);
});

test('a file with small copies and boxes, reasons of rejections, and a note for pictures that are gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheet-'));
  const bucket = bucketOf({ shown: [car(100)], gone: [car(0), car(100)], refused: undefined }, {});
  const picture = golden('cars.jpg');
  const tag = tagOf(picture).replaceAll('"', '');
  const result = { ...resultOf('shown', '1', [car(100)]) };
  const source = { kind: 'upload', bucket: 'bucket', key: 'in/shown.jpg', version: tag };
  bucket.putJson('batch/cars/Cars/v1/shown.json', { ...result, source });
  bucket.stored.set('in/shown.jpg', { bytes: picture });
  const s3 = {
    send: async ({ input: { Key = '' } }: HeadObjectCommand) => {
      if (Key === 'in/shown.jpg') return { ETag: `"${tag}"` };
      throw new NotFound({ message: Key, $metadata: { httpStatusCode: 404 } });
    },
  };
  const deployed = deployedWith(bucket, { s3 });
  const choice = new SheetChoice();
  const report = await reportJob(deployed.objects, reading('1'), (each) => choice.add(each));
  const file = join(folder, 'sheet.html');
  await writeSheet(deployed, { reading: reading('1'), report, sections: choice.sections }, file);
  const page = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  const parts = [
    '<h1>cars: job monday-v1</h1>',
    'img-src data:;',
    ...['Random', 'Most objects', 'Slowest', 'Rejected', 'By number of objects', 'Rejected, by reason'].map(
      (title) => `<h2>${title}</h2>`,
    ),
    'src="data:image/jpeg;base64,',
    '<title>found: car 0.90</title>',
    '2 objects, 50.0 ms<br><code class="dim">in/gone.jpg</code>',
    'Not in the bucket as it was answered, or no picture.',
    'unsupported-picture<br><code class="dim">in/refused.jpg</code><br><span class="dim">no</span>',
  ];
  // Not by toContain, which would print the picture.
  expect(parts.filter((part) => !page.includes(part))).toEqual([]);
});
