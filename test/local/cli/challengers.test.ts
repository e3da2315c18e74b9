import { spawnSync } from 'node:child_process';
import { challengeOf } from '../../../local/cli/challengers.ts';
import { NODE } from '../fixtures/emulator-process.ts';

test('without --challengers there is no comparison', () => {
  expect(challengeOf(['--local', '--endpoint', 'cars'])).toBeUndefined();
});

test('each program gets its own options, and both the common ones', () => {
  const args = [
    ...['--local', '--challengers', 'a,b@confidence=0.4', '--endpoint=cars', '--photos', 'p', '--truth', 't.json'],
    ...[
      '--home',
      'h',
      '-c',
      'models=m',
      '--context=endpoints=e.ts',
      '--require-approval',
      'never',
      'Cars',
      '--out',
      'o',
    ],
  ];
  expect(challengeOf(args)).toEqual({
    own: [
      ...['--local', '--challengers', 'a,b@confidence=0.4', '--endpoint=cars', '--photos', 'p', '--truth', 't.json'],
      ...['--home', 'h', '-c', 'models=m', '--context=endpoints=e.ts', '--out', 'o'],
    ],
    rest: [
      ...[
        '--local',
        '--home',
        'h',
        '-c',
        'models=m',
        '--context=endpoints=e.ts',
        '--require-approval',
        'never',
        'Cars',
      ],
    ],
    endpoint: 'cars',
    isComparisonOnly: false,
  });
});

test('--compare-only and --help deploy nothing', () => {
  expect(challengeOf(['--challengers', 'a', '--compare-only'])).toMatchObject({ isComparisonOnly: true, rest: [] });
  expect(challengeOf(['--challengers', '--help'])).toMatchObject({ isComparisonOnly: true });
});

function deploy(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(NODE, ['local/deploy.ts', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('--help of both', () => {
  expect(deploy('--local', '--help').stdout).toContain('npm run deploy -- --challengers a,b --endpoint <name>');
  const { status, stdout } = deploy('--challengers', '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: npm run deploy -- --challengers [options]');
  expect(stdout).toContain('3  nobody wins: live stays, and nothing is deployed');
});

test('a missing option ends the command, and nothing is deployed', () => {
  const { status, stderr } = deploy('--local', '--challengers', 'a');
  expect(status).toBe(2);
  expect(stderr).toContain("required option '--endpoint <name>' not specified");
});

test('a deployment that the CDK would not start is refused before the comparison', () => {
  const all = ['--challengers', 'a', '--endpoint', 'count-cars', '--photos', '.', '--truth', 't', '--hotswap'];
  expect(deploy(...all)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^The option --hotswap is refused/),
  });
  expect(deploy('--local', ...all.slice(0, -1), '--assembly', 'x')).toMatchObject({
    status: 1,
    stderr: 'Expected no --assembly with --challengers, received one: the winner is synthesized\n',
  });
});
