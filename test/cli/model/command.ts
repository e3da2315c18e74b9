import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** The built-in package. */
export const COUNTER_NANO = join(ROOT, 'models/counter-nano');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run model -- …args` like npm, and waits for its end. */
export function model(args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [join(ROOT, 'cli/model.ts'), ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

/** A new temporary folder, deleted after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'model-command-'));
  temporary.push(folder);
  return folder;
}

/** A new folder of packages with a changed copy of the built-in one. */
export function packagesWith(
  name: string,
  changes: (manifest: Record<string, unknown>) => Record<string, unknown> = (same) => same,
) {
  const models = temporaryFolder();
  cpSync(COUNTER_NANO, join(models, name), { recursive: true, filter: (path) => !path.endsWith('.md') });
  const path = join(models, name, 'model.json');
  writeFileSync(path, JSON.stringify(changes({ ...readJson(path), name })));
  return models;
}

/** Packages with a weak model: the built-in one at a threshold where it misses most objects in photos. */
export function packagesWithWeak(name = 'weak'): string {
  const confidence = 0.8;
  const models = packagesWith(name, ({ thresholds, ...manifest }) => {
    return { ...manifest, thresholds: { ...(thresholds as object), confidence } };
  });
  const path = join(models, name, 'golden/expected.json');
  const expected = Object.entries(readJson(path) as Record<string, { confidence: number }[]>);
  const found = expected.map(([picture, all]) => [picture, all.filter((each) => each.confidence >= confidence)]);
  writeFileSync(path, JSON.stringify(Object.fromEntries(found)));
  return models;
}

/** Parses a JSON file. */
export function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}
