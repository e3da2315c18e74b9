/** The processes of a function: children of a Distributed Map leave one to other requests. */

import { Processes } from '../../../local/lambda/semaphore.ts';

const CHILD = { isBackground: true };
const WAIT_MS = 60_000;

/** Whether a process is taken by now. */
async function isTaken(acquired: Promise<boolean>): Promise<boolean> {
  let taken = false;
  acquired.then((value) => {
    taken = value;
  });
  await new Promise(setImmediate);
  return taken;
}

test('of two processes, children take one, and a request the other one, before a child that waits', async () => {
  const processes = new Processes(2);
  expect(await isTaken(processes.acquire(CHILD, 0))).toBe(true);
  const second = processes.acquire(CHILD, 0);
  expect(await isTaken(second)).toBe(false);
  expect(await isTaken(processes.acquire({}, WAIT_MS))).toBe(true);
  processes.release({});
  expect(await isTaken(second)).toBe(false);
  processes.release(CHILD);
  expect(await isTaken(second)).toBe(true);
});

test('requests take all processes; a child waits without a limit, a request until its limit', async () => {
  const processes = new Processes(2);
  await processes.acquire({}, WAIT_MS);
  await processes.acquire({}, WAIT_MS);
  const child = processes.acquire(CHILD, 0);
  expect(await processes.acquire({}, 0)).toBe(false);
  expect(await isTaken(child)).toBe(false);
  processes.release({});
  expect(await isTaken(child)).toBe(true);
});

test('a single process is shared, so that a map ends', async () => {
  const processes = new Processes(1);
  expect(await isTaken(processes.acquire(CHILD, 0))).toBe(true);
  const request = processes.acquire({}, WAIT_MS);
  expect(await isTaken(request)).toBe(false);
  processes.release(CHILD);
  expect(await isTaken(request)).toBe(true);
});
