import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce, EmulatorNotRunningError, findRunning, oneRunning, RUN_PREFIX } from '../../local/running.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'running-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Leaves the address of a laptop on `port`, as one does that runs with this process's id, or with that of one that is gone. */
function leave(port: number, pid = process.pid): void {
  const folder = join(home, `${RUN_PREFIX}${port}`);
  mkdirSync(folder);
  announce(folder, { url: `http://localhost:${port}`, endpoint: `http://127.0.0.1:${port + 1}`, pid });
}

const GONE = spawnSync(process.execPath, ['--version']).pid;

test('a laptop that was killed leaves its address behind, and is not found', () => {
  leave(8000, GONE);
  leave(8010);
  expect(findRunning(home).map(({ url }) => url)).toEqual(['http://localhost:8010']);
  expect(oneRunning(home).endpoint).toBe('http://127.0.0.1:8011');
});

test.each<[number[], string | undefined, string]>([
  [[], undefined, 'No laptop is running here. Start one in another terminal: npm start'],
  [[8000], '9000', 'No laptop is running here on port 9000 (but on 8000). Start one in another terminal: npm start'],
  [[8000, 8010], undefined, 'More than one laptop is running here (ports 8000, 8010). Choose one: --port <number>'],
])('with laptops on %j, asked for port %s', (ports, port, message) => {
  for (const each of ports) leave(each);
  expect(() => oneRunning(home, port)).toThrow(new EmulatorNotRunningError(message));
});

test('of several, the one on the port', () => {
  leave(8000);
  leave(8010);
  expect(oneRunning(home, '8010').url).toBe('http://localhost:8010');
});
