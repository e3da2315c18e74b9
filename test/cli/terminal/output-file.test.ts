/** What commands say where a file or folder that a user names cannot be written. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareCommand } from '../../../cli/batch/commands/compare.ts';
import { reportCommand as batchReport } from '../../../cli/batch/commands/report.ts';
import { writeRecord } from '../../../cli/challenge/record.ts';
import { exportPictures } from '../../../cli/labels/export.ts';
import { writeTruth } from '../../../cli/labels/truth-files.ts';
import { evaluateCommand } from '../../../cli/model/commands/eval.ts';
import { writeWhole } from '../../../cli/model/files/write-whole.ts';
import { addPackage } from '../../../cli/model/package/add-package.ts';
import { reportCommand } from '../../../cli/rollout/commands/report.ts';
import { messageOf } from '../../../cli/rollout/errors.ts';
import { exitCodeOf } from '../../../cli/terminal/exit-codes.ts';
import { OutputFileError, orRefusal, writeOutputFile } from '../../../cli/terminal/output-file.ts';
import { fakeClients, tick } from '../../standing/fake-clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
const missing = join(folder, 'missing/page.html');
beforeAll(() => writeFileSync(file, ''));

type Work = (path: string) => Promise<unknown>;
const terminal = { print: () => {}, note: () => {} } as never;
const deployedRollout = () => {
  const clients = fakeClients('FAILED');
  tick(clients, { status: 'rolled back' });
  return clients as never;
};
const FILES: readonly (readonly [command: string, option: string, work: Work])[] = [
  ['rollout report', '--out', (out) => reportCommand(deployedRollout(), { out, version: '4' }, terminal)],
  ['batch compare', '--out', (out) => compareCommand({} as never, { out } as never, terminal)],
  ['batch report', '--sheet', (sheet) => batchReport({} as never, { sheet }, terminal)],
  ['model eval', '--html', (html) => evaluateCommand('any', { html } as never, terminal)],
  ['a file of another command', '--out', (path) => writeOutputFile(path, 'text', '--out')],
];

describe.each(FILES)('%s', (_, option, work) => {
  test('into a missing folder', async () => {
    const message = `Expected a folder that exists for ${missing} (${option}), received none`;
    await expect(work(missing)).rejects.toThrow(message);
    await expect(work(missing)).rejects.toBeInstanceOf(OutputFileError);
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  test('a folder in the place of the file, and a file in the place of its folder', async () => {
    await expect(work(folder)).rejects.toThrow(`Expected a file for ${option}, received the folder ${folder}`);
    const below = join(file, 'page.html');
    await expect(work(below)).rejects.toThrow(
      `Expected only folders above ${below} (${option}), received a file among them`,
    );
  });
});

const FOLDERS: readonly (readonly [command: string, option: string, work: Work])[] = [
  ['labels export', '--out', (out) => exportPictures({} as never, [], { folder: out } as never)],
  ['challenge', '--out', (out) => writeRecord(out, { endpoint: 'cars' } as never)],
];

test.each(FOLDERS)('%s: a file in the place of the folder', async (_, option, work) => {
  await expect(work(file)).rejects.toThrow(`Expected a folder for ${option}, received the file ${file}`);
});

test('model add: a file in the place of the folder of packages', async () => {
  const source = { kind: 'file', path: 'cars.onnx' } as const;
  await expect(addPackage(source, { models: file, name: 'cars' } as never, terminal)).rejects.toThrow(
    /^Expected only folders above .+golden \(--models\), received a file among them$/,
  );
});

test('labels import: the folder of the pictures is gone', async () => {
  const set = { labels: ['car'], pictures: [{ id: 'a', file: 'a.jpg', width: 9, height: 9 }] } as never;
  const gone = join(folder, 'gone');
  await expect(writeTruth(gone, set, { pictures: [] }, [{ id: 'a', boxes: [] }] as never)).rejects.toThrow(
    `Expected a folder that exists for ${join(gone, 'truth.json')} (--pictures), received none`,
  );
});

test('a missing permission; another error of the system stays what it is', async () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error('system'), { code }));
  for (const code of ['EACCES', 'EPERM', 'EROFS']) {
    await expect(orRefusal('/a/page.html', '--out', failing(code))).rejects.toThrow(
      'Expected a place that may be written for --out, received /a/page.html without permission',
    );
  }
  await expect(orRefusal('/a/page.html', '--out', failing('ENOSPC'))).rejects.toThrow(/^system$/);
});

test('the message is without the name of its class, and the command ends with 1', async () => {
  const error = await writeOutputFile(missing, '', '--out').catch((thrown: unknown) => thrown);
  expect([messageOf(error), exitCodeOf(error)]).toEqual([(error as Error).message, 1]);
});

test('what can be written is written, and replaces what was there', async () => {
  mkdirSync(join(folder, 'there'));
  const path = join(folder, 'there/page.html');
  for (const text of ['first', 'second']) {
    await writeOutputFile(path, text, '--out');
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
  await writeWhole(path, 'third');
  expect(readFileSync(path, 'utf8')).toBe('third');
});
