/** `npm run deploy` to AWS: options of the CDK that it refuses before the CDK starts. */

import { spawnSync } from 'node:child_process';
import { type DeployCall, refusalOf } from '../../local/cli/cdk-options.ts';
import { NODE } from './fixtures/emulator-process.ts';

const call = (args: readonly string[], more: Partial<DeployCall> = {}) =>
  refusalOf({ args, environment: {}, hasTerminal: true, ...more });

test.each([
  [['--revert-drift'], 'revert-drift'],
  [['--revertDrift'], 'revert-drift'],
  [['--revert-drift=true'], 'revert-drift'],
  [['CountCars', '--revert-drift', 'CountApples'], 'revert-drift'],
  [['--hotswap'], 'hotswap'],
  [['--hotswap-fallback'], 'hotswap-fallback'],
  [['--watch'], 'watch'],
  [['--express'], 'express'],
  [['--no-rollback'], 'no-rollback'],
  [['--rollback=false'], 'no-rollback'],
  [['--rollback', 'false'], 'no-rollback'],
  [['-R'], 'no-rollback'],
  [['-fR'], 'no-rollback'],
  [['--concurrency', '4'], 'concurrency'],
  [['--concurrency=2'], 'concurrency'],
])('%j is refused, with the reason', (args, option) => {
  expect(call(args)).toMatch(new RegExp(`^The option --${option} is refused, because .+ \\(docs/operations.md\\)\\.$`));
});

test.each([
  [{ CDK_REVERT_DRIFT: 'true' }, 'revert-drift'],
  [{ CDK_ROLLBACK: 'false' }, 'no-rollback'],
])('%j is refused, because the CDK reads options from variables', (environment, option) => {
  expect(call([], { environment })).toContain(`The option --${option} is refused`);
});

test.each([
  [[]],
  [['--no-revert-drift', '--revert-drift=false', '--rollback', '--concurrency', '1']],
  [['-c', 'endpoints=staging.ts', '--outputs-file', 'outputs.json', 'CountCars', '-f', '-cRegion=x']],
])('%j is passed on', (args) => {
  expect(call(args, { environment: { CDK_DEFAULT_ACCOUNT: '1', PATH: '/bin' } })).toBeUndefined();
});

test('without a terminal, permissions must be approved in advance, or the CDK would stop between two stacks', () => {
  const ci = { hasTerminal: false };
  expect(call([], ci)).toMatch(/^Expected --require-approval for a deployment without a terminal, received none/);
  expect(call(['--require-approval', 'never'], ci)).toBeUndefined();
  expect(call(['--yes'], ci)).toBeUndefined();
  expect(call([], { ...ci, environment: { CDK_REQUIRE_APPROVAL: 'never' } })).toBeUndefined();
});

test('npm run deploy ends before the CDK starts', () => {
  const args = ['local/deploy.ts', '--revert-drift', '--require-approval', 'never'];
  const { status, stderr } = spawnSync(NODE, args, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^The option --revert-drift is refused, because it sets the alias live .+\n$/),
  });
});
