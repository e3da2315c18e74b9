import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { answerAll } from '../../../cli/challenge/answer.ts';
import { confirm, difference } from '../../../cli/model/use/confirm.ts';
import { nextSteps } from '../../../cli/model/use/deploy.ts';
import { usesOf } from '../../../cli/model/use/endpoints.ts';
import { countEndpoint, type Deployment, iam, predictEndpoint } from '../../../lib/config.ts';
import { COUNTER_NANO, model, type Outcome, ROOT, temporaryFolder } from './command.ts';

const SHARED = join(ROOT, '../shared/data');
const WEIGHTS = join(COUNTER_NANO, 'model.onnx');
const LABELS = ['--labels', 'car,apple,potted plant'];
const SOURCE = readFileSync(join(ROOT, 'lib/endpoints.ts'), 'utf8');

/** A copy of the project's settings and packages, without an emulator. */
function project(change = (text: string) => text) {
  const folder = temporaryFolder();
  const [settings, models] = [join(folder, 'endpoints.ts'), join(folder, 'models')];
  const before = change(SOURCE.replace("'./config.ts'", `'${pathToFileURL(join(ROOT, 'lib/config.ts'))}'`));
  writeFileSync(settings, before);
  cpSync(COUNTER_NANO, join(models, 'counter-nano'), { recursive: true });
  const own = ['--settings', settings, '--models', models, '--home', join(folder, 'home')];
  return {
    settings,
    models,
    before,
    text: () => readFileSync(settings, 'utf8'),
    packages: () => readdirSync(models).toSorted(),
    beside: () => readdirSync(folder).toSorted(),
    use: (given: string, ...args: string[]): Promise<Outcome> => model(['use', given, ...args, ...own]),
  };
}

type Project = ReturnType<typeof project>;

function expectUnchanged({ before, text, packages, beside }: Project): void {
  expect(text()).toBe(before);
  expect(packages()).toEqual(['counter-nano']);
  expect(beside()).toEqual(['endpoints.ts', 'models']);
}

describe('model use', () => {
  test('adds the package, shows the difference and writes the chosen endpoints', async () => {
    const { use, before, text, packages, beside } = project();
    const mine = ['--name', 'mine', ...LABELS, '--endpoints', 'count-cars,predict', '--yes'];
    const { code, stdout, stderr } = await use(WEIGHTS, ...mine);
    expect(stdout).toContain(`endpoints.ts:
-    countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] }),
+    countEndpoint({ name: 'count-cars', model: 'mine', labels: ['car'] }),
-    predictEndpoint({ name: 'predict', models: ['counter-nano'] }),
+    predictEndpoint({ name: 'predict', models: ['counter-nano', 'mine'] }),
Wrote `);
    expect(stdout).toContain('\nNo emulator is running here. npm start deploys it: endpoints that it had before');
    expect(stderr).toContain('count-cars: uses mine for car.\npredict: offers mine too (model=mine).\n');
    expect(code).toBe(0);
    expect(text()).toBe(
      before
        .replace("'count-cars', model: 'counter-nano'", "'count-cars', model: 'mine'")
        .replace("models: ['counter-nano']", "models: ['counter-nano', 'mine']"),
    );
    expect(packages()).toEqual(['counter-nano', 'mine']);
    expect(beside()).toEqual(['endpoints.ts', 'models']);

    const again = await use(WEIGHTS, ...mine);
    expect(again.stderr).toMatch(/mine exists and is used\.$/m);
    expect(again.stdout).toMatch(/endpoints\.ts says so already\.$/m);
    expect(text()).toContain("'count-cars', model: 'mine'");

    const back = await use('counter-nano', '--endpoints', 'count-cars', '--yes');
    expect(back.code).toBe(0);
    expect(text()).toBe(before.replace("models: ['counter-nano']", "models: ['counter-nano', 'mine']"));
  });

  test('without a terminal and without --yes nothing begins', async () => {
    const here = project();
    const { code, stdout, stderr } = await here.use(WEIGHTS, ...LABELS);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('NotConfirmedError: Expected a terminal to confirm the change, received none; set --yes\n');
    expectUnchanged(here);
  });

  test('labels of no endpoint: the package is removed again', async () => {
    const here = project();
    const golden = temporaryFolder();
    cpSync(join(COUNTER_NANO, 'golden/apples.jpg'), join(golden, 'fruit.jpg'));
    const args = ['--labels', 'auto,apfel,pflanze', '--golden', golden, '--name', 'mine', '--yes'];
    const { code, stderr } = await here.use(WEIGHTS, ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'NoEndpointError: Expected a model with the labels of an endpoint, received mine with the labels auto, apfel, ' +
        'pflanze:\n  count-cars: mine has no label "car"\n  count-apples: mine has no label "apple"\n',
    );
    expectUnchanged(here);
  });

  test.each([
    ['a file that is no model', [join(ROOT, 'package.json')], 'NotOnnxError'],
    ['neither a file nor a name', ['yolox-nanoo'], 'UnsupportedModelError: Expected a file, an https address'],
    [
      'an endpoint that does not exist',
      [WEIGHTS, '--endpoints', 'count-cats'],
      'NoEndpointError: Expected names of count-cars, count-apples, count-plants, predict for --endpoints, ' +
        'received count-cats',
    ],
    [
      'no network',
      ['http://127.0.0.1:1/yolox_tiny.onnx', '--as', 'yolox-tiny'],
      'NoNetworkError: This machine cannot download the model: download http://127.0.0.1:1/yolox_tiny.onnx on ' +
        'another one, then run npm run model -- use path/to/yolox_tiny.onnx --as yolox-tiny\n',
    ],
  ])('changes nothing for %s', async (_, [given = '', ...args], message) => {
    const here = project();
    const { code, stderr } = await here.use(given, ...args, '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expectUnchanged(here);
  });

  test('says what to write by hand where a program cannot change the settings', async () => {
    const here = project((text) => text.replace("name: 'count-cars'", "name: ['count', 'cars'].join('-')"));
    const { code, stdout, stderr } = await here.use(WEIGHTS, '--name', 'mine', ...LABELS, '--yes');
    expect(code).toBe(1);
    expect(stdout).not.toContain('Wrote');
    expect(stderr).toContain(
      `SettingsFileError: ${here.settings} cannot be changed by a program. Write model: 'mine' into the endpoint ` +
        `count-cars, model: 'mine' into the endpoint count-apples, model: 'mine' into the endpoint count-plants, ` +
        `models: ['counter-nano', 'mine'] into the endpoint predict yourself, then run: npm run deploy (with -- ` +
        '--local for the emulator)\n',
    );
    expect(here.text()).toBe(here.before);
    expect(here.packages()).toEqual(['counter-nano', 'mine']);
  });
});

const when = existsSync(SHARED) ? test : test.skip;
when('counts the two cars of a photo by YOLOX-nano, typed as in the README (needs ../shared/data)', async () => {
  const { models, text, use } = project();
  const { code, stdout } = await use(join(SHARED, 'models/yolox_nano.onnx'), '--yes');
  expect(stdout).toContain("+    countEndpoint({ name: 'count-cars', model: 'yolox-nano', labels: ['car'] }),");
  expect(code).toBe(0);
  const [, name = ''] = /'count-cars', model: '([^']+)'/.exec(text()) ?? [];
  const counter = { folder: join(models, name), options: { labels: ['car'], annotate: false } };
  const [answered] = await answerAll([counter], [join(SHARED, 'photos/car2.jpg')], { processes: 1 });
  expect(answered).toMatchObject({ answers: [{ count: 2 }] });
});

const deployment: Deployment = {
  name: 'shop',
  api: { auth: iam() },
  endpoints: [
    countEndpoint({ name: 'count-cars', model: 'old', labels: ['car'] }),
    countEndpoint({ name: 'count-trucks', model: 'old', labels: ['car', 'truck', 'van'] }),
    countEndpoint({ name: 'by-hand', model: 'old', labels: ['car'], answeredBy: 'human' }),
    predictEndpoint({ name: 'predict', models: ['old'] }),
  ],
};

describe('which endpoints', () => {
  test('those whose labels it has; each other one with the reason', () => {
    const uses = usesOf(deployment, { name: 'new', labels: ['car', 'truck'] });
    expect(uses.map(({ endpoint, reason }) => [endpoint.name, reason])).toEqual([
      ['count-cars', undefined],
      ['count-trucks', 'new has no label "van"'],
      ['by-hand', 'a human answers it'],
      ['predict', undefined],
    ]);
  });

  test('an endpoint that predicts is enough only where it is named', () => {
    const model = { name: 'new', labels: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] };
    expect(() => usesOf(deployment, model)).toThrow('received new with 9 labels (a, b, c, d, e, f, g, h, …):');
    expect(usesOf(deployment, model, ['predict']).map(({ reason }) => reason)).toEqual([undefined]);
  });
});

test.each([
  ['y\n', true],
  ['YES\n', true],
  ['n\n', false],
  ['\n', false],
  ['', false],
])('the answer %j', async (text, expected) => {
  expect(await confirm('Write?', { input: Readable.from([text]), output: new PassThrough() })).toBe(expected);
});

test('the difference is the changed lines', () => {
  expect(difference({ before: 'a\nb\nc\n', after: 'a\nd\nc\n' })).toEqual(['-b', '+d']);
});

test('what happens next: first versions serve, rollouts wait for proof', () => {
  const url = 'http://localhost:8000';
  expect(nextSteps({ url, options: { local: true }, first: ['a', 'b'], rollouts: [] })).toEqual([
    'a, b: the first version serves at once.',
  ]);
  expect(nextSteps({ url, options: { local: true }, first: [], rollouts: ['count-cars', 'predict'] })).toEqual([
    'count-cars, predict: live answers as before until the rollout has proof from your requests. The new version ' +
      'answers at http://localhost:8000/candidate/count-cars.',
    'All traffic without that proof: npm run rollout -- promote count-cars --all --local',
  ]);
  const options = { local: true, home: '/other', port: '9000' };
  expect(nextSteps({ url, options, first: [], rollouts: ['a'] })[1]).toBe(
    'All traffic without that proof: npm run rollout -- promote a --all --local --home /other --port 9000',
  );
});
