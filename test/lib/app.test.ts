import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'app-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as the CDK command does. */
function run(context: object): { status: number | null; stderr: string } {
  const flags = JSON.parse(readFileSync('cdk.json', 'utf8')).context;
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }) };
  return spawnSync(process.execPath, ['lib/app.ts'], { env, encoding: 'utf8' });
}

test('the context selects the architecture of all functions, and the endpoint whose version labels have judged', () => {
  const architecture = arch() === 'arm64' ? 'arm64' : 'x86_64';
  const os = platform() === 'darwin' ? 'darwin' : 'linux';
  expect(run({ architecture, os, chosen: 'count-cars' })).toMatchObject({ status: 0 });
  const { Resources } = JSON.parse(readFileSync(join(folder, 'CountCars.template.json'), 'utf8'));
  const functions = Object.values(
    Resources as Record<string, { Type: string; Properties: { Architectures: string[] } }>,
  )
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Properties.Architectures);
  expect(new Set(functions.flat())).toEqual(new Set([architecture]));
  expect(['CountCars', 'CountApples'].map(judgedIn)).toEqual(['labels', undefined]);
});

function judgedIn(stack: string): string | undefined {
  const { Resources } = JSON.parse(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));
  const all = Object.values(Resources as Record<string, { Type: string; Properties: { Judged?: string } }>);
  return all.find(({ Type }) => Type === 'Custom::Rollout')?.Properties.Judged;
}

test.each([
  ['architecture', 'mips', 'Expected arm64 or x86_64 for the context "architecture", received mips'],
  ['os', 'plan9', 'Expected linux or darwin for the context "os", received plan9'],
  [
    'chosen',
    'cars',
    'Expected an endpoint (count-cars, count-apples, count-plants, predict) for the context "chosen", received cars',
  ],
  ['uploadEvents', 'rule', 'Expected eventbridge, both or topic for the context "uploadEvents", received rule'],
])('the context %s=%s is rejected', (key, value, message) => {
  const { status, stderr } = run({ [key]: value });
  expect(status).toBe(1);
  expect(stderr).toBe(`${message}\n`);
});

test('faults in the settings are printed at once, without a stack', () => {
  const settings = join(folder, 'settings.ts');
  const endpoint = { name: 'count-cars', kind: 'count', model: 'counter-nano', labels: ['car'], confidence: 7 };
  writeFileSync(settings, `export const deployment = ${JSON.stringify({ name: 'x y', endpoints: [endpoint] })};`);
  const { status, stderr } = run({ endpoints: settings });
  expect(status).toBe(1);
  expect(stderr).toBe(
    [
      `${settings} has 2 errors:`,
      '  name: Expected lower-case letters, digits and single hyphens, beginning with a letter, received "x y"',
      '  endpoints[0].confidence: Expected a number, 0–1, received 7',
      '',
    ].join('\n'),
  );
});
