/** Models of Hugging Face's Hub, from a recorded host: no network. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { findHubModel } from '../../../cli/model/fetch/hub-model.ts';
import { nameOf, obtain, resolveSource } from '../../../cli/model/package/source.ts';
import { temporaryFolder } from './command.ts';
import { COMMIT, type HubHost, hubHost, REFUSALS, type Repository } from './hub-host.ts';

const TOKEN = 'hf_secretOfThisTest';
let host: HubHost;
beforeEach(async () => {
  host = await hubHost({});
  process.env.HF_ENDPOINT = host.endpoint;
  delete process.env.HF_TOKEN;
});
afterEach(() => host.close());
afterAll(() => {
  delete process.env.HF_ENDPOINT;
  delete process.env.HF_TOKEN;
});

/** A repository with a small file in place of a model. */
function repository(changes: Partial<Repository> = {}): Repository {
  return { files: { 'onnx/model.onnx': 'weights', 'README.md': '# A detector' }, ...changes };
}

const find = (address = 'hf://shop/detector') => findHubModel(address, {});
const refusalOf = (pending: Promise<unknown>) =>
  pending.then(
    () => 'nothing',
    ({ name, message }: Error) => `${name}: ${message}`,
  );

describe('which model', () => {
  test.each([
    ['onnx/model.onnx', 'detector'],
    ['onnx/model_fp16.onnx', 'detector-fp16'],
    ['yolox_nano.onnx', 'yolox-nano'],
  ])('%s is named %s', async (path, name) => {
    host.repositories['shop/detector'] = repository({ files: { [path]: 'weights' } });
    expect(nameOf(await resolveSource('hf://shop/detector', { catalog: {} }))).toBe(name);
  });

  test('several files are listed', async () => {
    const files = { 'onnx/model.onnx': Buffer.alloc(1_500_000), 'onnx/model_fp16.onnx': 'half', 'config.json': '{}' };
    host.repositories['shop/detector'] = { files };
    expect(await refusalOf(find())).toBe(
      `HubFileError: Expected the name of one .onnx file in shop/detector at ${COMMIT}, received 2. Name one of:\n` +
        '  hf://shop/detector/onnx/model.onnx (1.5 MB)\n  hf://shop/detector/onnx/model_fp16.onnx (0.0 MB)',
    );
  });

  test.each([
    ['model.onnx', 'an .onnx file "model.onnx"', 'no such file'],
    ['README.md', 'an .onnx file "README.md"', 'a file of another kind'],
  ])('%s is refused', async (path, expected, received) => {
    host.repositories['shop/detector'] = repository();
    expect(await refusalOf(find(`hf://shop/detector/${path}`))).toBe(
      `HubFileError: Expected ${expected} in shop/detector at ${COMMIT}, received ${received}. Name one of:\n` +
        '  hf://shop/detector/onnx/model.onnx (0.0 MB)',
    );
  });

  test('no model', async () => {
    host.repositories['shop/detector'] = repository({ files: { 'model.safetensors': 'weights' } });
    expect(await refusalOf(find())).toBe(
      `HubFileError: Expected an .onnx file in shop/detector at ${COMMIT}, received none; export the model to ONNX ` +
        'first',
    );
  });
});

describe('what the Hub refuses', () => {
  beforeEach(() => {
    host.repositories['shop/detector'] = repository();
  });
  const download = async () => {
    const source = await resolveSource('hf://shop/detector', { catalog: {} });
    return obtain(source, join(temporaryFolder(), 'model.onnx'), undefined, () => undefined);
  };

  test('a missing repository', async () => {
    expect(await refusalOf(find('hf://shop/nothing'))).toBe(
      `HubRepositoryError: Expected a repository of models at ${host.endpoint}/shop/nothing, received status 401: it ` +
        'does not exist, or it is private. Check the name; set HF_TOKEN for a private one',
    );
  });

  test('a wrong revision', async () => {
    expect(await refusalOf(find('hf://shop/detector@v9'))).toBe(
      'HubRevisionError: Expected a branch, a tag or a commit of shop/detector, received "v9"; see ' +
        `${host.endpoint}/shop/detector/commits/main, or leave out the revision for the newest one`,
    );
  });

  test('a gated repository without a token, with a wrong one, and with the right one', async () => {
    host.repositories['shop/detector'] = repository({ token: TOKEN });
    const page = `${host.endpoint}/shop/detector`;
    const accept = `its files are for accounts that have accepted its licence. Accept it at ${page}; `;
    expect(await refusalOf(download())).toBe(
      `HubAccessError: Expected access to shop/detector, received status 401 (${REFUSALS.gated[2]}): ${accept}` +
        `then make a token at ${host.endpoint}/settings/tokens and set HF_TOKEN`,
    );
    process.env.HF_TOKEN = 'hf_other';
    expect(await refusalOf(download())).toBe(
      `HubAccessError: Expected access to shop/detector, received status 403 (${REFUSALS.forbidden[2]}): ${accept}` +
        'HF_TOKEN is set: use a token of an account that has access, with the right to read gated repositories',
    );
    process.env.HF_TOKEN = TOKEN;
    expect(await download()).toBe(createHash('sha256').update('weights').digest('hex'));
  });

  test('too many requests', async () => {
    host.refuse = { path: /tree/, refusal: REFUSALS.limited };
    expect(await refusalOf(find())).toBe(
      `HubRateLimitError: Expected an answer of ${host.endpoint}, received status 429: too many requests from here. ` +
        'Try again in 55 s, or set HF_TOKEN: accounts have higher limits',
    );
  });

  test('a broken host', async () => {
    host.refuse = { path: /revision/, refusal: REFUSALS.broken };
    expect(await refusalOf(find())).toBe(
      `HubAnswerError: Expected an answer of ${host.endpoint} about shop/detector, received status 503 (Service ` +
        'Temporarily Unavailable); try again later',
    );
  });

  test('no network: one line with what to download', async () => {
    await host.close();
    const refusal = await refusalOf(find('hf://shop/detector/onnx/model.onnx'));
    expect(refusal).toMatch(/^HubUnreachableError: Cannot reach http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\): /);
    expect(refusal).toContain(
      `: download ${host.endpoint}/shop/detector/resolve/main/onnx/model.onnx on another machine and give its path ` +
        'instead of hf://shop/detector; its config.json has the labels (--labels path/to/config.json)',
    );
    expect(refusal).not.toContain('\n');
    host = await hubHost({});
  });

  test('other bytes than the Hub states', async () => {
    host.storage = () => Buffer.from('waights');
    const sha256 = createHash('sha256').update('weights').digest('hex');
    expect(await refusalOf(download())).toContain(`: Expected SHA-256 ${sha256}, received `);
    host.storage = () => Buffer.from('more than weights');
    expect(await refusalOf(download())).toContain(': Expected at most 7 bytes, received 17');
  });

  test('another checksum than the caller expects, before the download', async () => {
    const sha256 = 'a'.repeat(64);
    const refusal = await refusalOf(resolveSource('hf://shop/detector', { catalog: {}, sha256 }));
    expect(refusal).toContain(`UnsupportedModelError: Expected SHA-256 ${sha256}, received `);
    expect(host.requests.filter(({ path }) => path.includes('resolve'))).toEqual([]);
  });

  test.each([
    ['revision', '{"sha": "main"}', 'sha: expected a commit of 40 hex digits'],
    ['revision', '<html>', 'Unexpected token'],
    ['tree', '[{"type": "file", "path": "a.onnx", "size": -1}]', 'size: Too small'],
    ['tree', '[{"type": "file", "path": "../../other/resolve/main/a.onnx", "size": 1}]', 'path: expected no segment'],
    ['tree', '[{"type": "file", "path": "./a.onnx", "size": 1}]', 'path: expected no segment . or ..'],
    ['revision', ' '.repeat(9 * 2 ** 20), 'Expected at most 8388608 bytes of metadata'],
  ])('an answer of another form: %s %.30s', async (path, body, fault) => {
    host.change = { path: new RegExp(path), body };
    const refusal = await refusalOf(find());
    expect(refusal).toMatch(/^HubAnswerError: /);
    expect(refusal).toContain(fault);
  });
});

describe('the token', () => {
  test('reaches the Hub only, and no message', async () => {
    host.repositories['shop/detector'] = repository({ token: TOKEN });
    process.env.HF_TOKEN = ` ${TOKEN}\n`;
    const source = await resolveSource('hf://shop/detector', { catalog: {} });
    await obtain(source, join(temporaryFolder(), 'model.onnx'), undefined, () => undefined);
    const sent = (name: string) => host.requests.flatMap((each) => (each.host === name ? [each.authorization] : []));
    expect(new Set(sent('hub'))).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(sent('storage')).toEqual([undefined]);
    expect(JSON.stringify(source)).not.toContain(TOKEN);
  });

  test('with characters that no token has is refused, unseen', async () => {
    process.env.HF_TOKEN = 'secret\nof two lines';
    const refusal = await refusalOf(find());
    expect(refusal).toMatch(/^HubAnswerError: Expected a token of Hugging Face for HF_TOKEN/);
    expect(refusal).not.toContain('secret');
  });

  test.each(['http://mirror.example', 'ftp://mirror.example', 'https://me:secret@mirror.example', 'mirror'])(
    'HF_ENDPOINT %s is refused',
    async (address) => {
      process.env.HF_ENDPOINT = address;
      const refusal = await refusalOf(find());
      expect(refusal).toMatch(/Expected an https address/);
      expect(refusal).not.toContain('secret');
    },
  );
});
