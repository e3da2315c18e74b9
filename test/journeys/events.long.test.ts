/** The way of events from S3's messages to a receiver that fails three in ten, and is killed. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from './laptop.ts';

jest.setTimeout(120_000);

test('of 200 events none is lost, repetitions keep their ids, and every signature is valid', async () => {
  const program = join(PROJECT, 'test/webhooks/pipeline.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, '200', '1'], { cwd: PROJECT });
  const { requests, verifiedByPython, ...found } = JSON.parse(stdout);
  expect(found).toMatchObject({ events: 200, lost: 0, unequalIds: 0, verifiedByNode: requests });
  expect(requests).toBeGreaterThan(200);
  if (verifiedByPython === null) console.warn(stderr);
  else expect(verifiedByPython).toBe(requests);
});
