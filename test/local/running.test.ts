import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce, EmulatorNotRunningError, findRunning, oneRunning, RUN_PREFIX } from '../../local/running.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'running-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Announces an emulator on `port`. @param pid its process. Default: this one */
function announceOn(port: number, pid = process.pid): void {
  const folder = join(home, `${RUN_PREFIX}${port}`);
  mkdirSync(folder);
  announce(folder, { url: `http://localhost:${port}`, endpoint: `http://127.0.0.1:${port + 1}`, pid, token: 'secret' });
}

/** Id of a process that has ended. */
const ENDED = spawnSync(process.execPath, ['--version']).pid;

test('only its user can read the token of an emulator', () => {
  announceOn(8000);
  expect(oneRunning(home).token).toBe('secret');
  expect(statSync(join(home, `${RUN_PREFIX}8000`, 'laptop.json')).mode & 0o777).toBe(0o600);
});

test('an emulator that was killed is not found', () => {
  announceOn(8000, ENDED);
  announceOn(8010);
  expect(findRunning(home).map(({ url }) => url)).toEqual(['http://localhost:8010']);
  expect(oneRunning(home).endpoint).toBe('http://127.0.0.1:8011');
});

test.each<[number[], string | undefined, string]>([
  [[], undefined, 'No emulator is running on this laptop. Start one in another terminal: npm start'],
  [
    [8000],
    '9000',
    'No emulator is running on this laptop with port 9000 (running: 8000). Start one in another terminal: npm start',
  ],
  [
    [8000, 8010],
    undefined,
    'Several emulators are running on this laptop (ports 8000, 8010). Choose one: --port <number>',
  ],
])('emulators on %j, wanted port %s', (ports, port, message) => {
  for (const each of ports) announceOn(each);
  expect(() => oneRunning(home, port)).toThrow(new EmulatorNotRunningError(message));
});

test('of several emulators the port chooses one', () => {
  announceOn(8000);
  announceOn(8010);
  expect(oneRunning(home, '8010').url).toBe('http://localhost:8010');
});
