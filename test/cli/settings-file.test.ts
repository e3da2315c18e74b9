/** Commands that take a file of settings name it in the faults of its settings. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['costs', 'cli/costs.ts', []],
  ['doctor', 'cli/doctor.ts', []],
  ['doctor with a folder of models', 'cli/doctor.ts', ['--models', 'models']],
  ['rollout forecast', 'cli/rollout.ts', ['forecast', 'count-cars']],
])('%s', (_, command, options) => {
  const file = join(folder, 'staging.mjs');
  writeFileSync(file, "export const deployment = { name: 'test', endpoints: [] };");
  const environment = { PATH: process.env.PATH, AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' };
  const args = [command, ...options, '--endpoints', file];
  const { stderr, status } = spawnSync(process.execPath, args, { env: environment, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain(`${file} has 1 error:\n  endpoints: Expected a list of at least one endpoint, received []`);
});
