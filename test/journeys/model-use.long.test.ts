/**
 * `npm run model -- use` while an emulator runs: an endpoint that it has already gets a rollout, a new one its first
 * version.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COUNTER_NANO, model, ROOT } from '../cli/model/command.ts';
import { type RunningLaptop, startLaptop } from './laptop.ts';

jest.setTimeout(240_000);

const folder = mkdtempSync(join(tmpdir(), 'model-use-'));
const [settings, models] = [join(folder, 'endpoints.ts'), join(folder, 'models')];
const CARS = "countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] }),";
const APPLES = "countEndpoint({ name: 'count-apples', model: 'counter-nano', labels: ['apple'] }),";

let laptop: RunningLaptop;

beforeAll(async () => {
  cpSync(COUNTER_NANO, join(models, 'counter-nano'), { recursive: true });
  const config = pathToFileURL(join(ROOT, 'lib/config.ts'));
  writeFileSync(
    settings,
    [
      `import { countEndpoint, type Deployment, none } from '${config}';`,
      'export const deployment: Deployment = {',
      "  name: 'use',",
      '  api: { auth: none() },',
      `  endpoints: [\n    ${CARS}\n  ],`,
      '};\n',
    ].join('\n'),
  );
  laptop = await startLaptop('-c', `endpoints=${settings}`, '-c', `models=${models}`);
});
afterAll(async () => {
  await laptop?.stop();
  rmSync(folder, { recursive: true });
});

function use(given: string, ...args: readonly string[]) {
  return model(['use', given, ...args, '--yes', '--settings', settings, '--models', models, '--home', laptop.home]);
}

/** The model and the number of its detections in a golden picture. */
async function answerOf(path: string, picture: string) {
  const body = new FormData();
  body.append('file', new Blob([readFileSync(join(COUNTER_NANO, 'golden', picture))]), picture);
  const response = await fetch(`${laptop.url}${path}`, { method: 'POST', body });
  const { model: used, count } = (await response.json()) as { model: { name: string }; count: number };
  return { model: used.name, count };
}

/** The number of a label that the added package must find in a golden picture. */
function expected(picture: string, label: string): number {
  const detections: Record<string, { label: string }[]> = JSON.parse(
    readFileSync(join(models, 'mine/golden/expected.json'), 'utf8'),
  );
  return detections[picture]?.filter((each) => each.label === label).length ?? 0;
}

test('an endpoint that it has: live answers as before, the new model as the candidate', async () => {
  const labels = ['--labels', 'car,apple,potted plant'];
  const { code, stdout, stderr } = await use(join(COUNTER_NANO, 'model.onnx'), '--name', 'mine', ...labels);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('count-cars: uses mine for car.'),
  });
  expect(stdout).toContain(
    'count-cars: live answers as before until the rollout has proof from your requests. The new version answers at ' +
      `${laptop.url}/candidate/count-cars.\n` +
      'All traffic without that proof: npm run rollout -- promote count-cars --all --local',
  );
  expect(await answerOf('/count-cars', 'cars.jpg')).toEqual({ model: 'counter-nano', count: 3 });
  const count = expected('cars.jpg', 'car');
  expect(await answerOf('/candidate/count-cars', 'cars.jpg')).toEqual({ model: 'mine', count });
});

test('a new endpoint: its first version answers at once', async () => {
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('  ],', `  ${APPLES}\n  ],`));
  const { code, stdout } = await use('mine', '--endpoints', 'count-apples');
  expect(code).toBe(0);
  expect(stdout).toContain('count-apples: the first version serves at once.');
  expect(await answerOf('/count-apples', 'apples.jpg')).toEqual({
    model: 'mine',
    count: expected('apples.jpg', 'apple'),
  });
});
