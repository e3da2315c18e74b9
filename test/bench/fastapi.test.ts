import { tmpdir } from 'node:os';
import { installed, PythonMissingError } from '../../bench/fastapi/servers.ts';
import { toFastApiTable } from '../../bench/fastapi.ts';

test('the table has times, requests a second, and the laptop divided by FastAPI', () => {
  const report = {
    width: 640,
    height: 480,
    p50_ms: { laptop: 22, fastapi: 20, fitting: 44, bare: 19 },
    requests_per_second: { laptop: 90, fastapi: 60, fitting: 45, bare: 66 },
  };
  const rows = toFastApiTable([report], '2 cores').split('\n');
  const cells = rows.filter((row) => row.startsWith('│')).map((row) => row.split('│').map((cell) => cell.trim()));
  expect(rows[0]).toBe('2 cores');
  expect(cells.map(([, name, value]) => [name, value])).toEqual([
    ['', '640×480'],
    ['one caller, p50, ms: laptop', '22.0'],
    ['one caller, p50, ms: FastAPI', '20.0'],
    ['laptop / FastAPI', '1.10'],
    ['one caller, p50, ms: FastAPI, 1600 px', '44.0'],
    ['laptop / FastAPI, 1600 px', '0.50'],
    ['one caller, p50, ms: library calls alone', '19.0'],
    ['library calls alone / FastAPI', '0.95'],
    ['four callers, requests/s: laptop', '90.0'],
    ['four callers, requests/s: FastAPI', '60.0'],
    ['laptop / FastAPI', '1.50'],
    ['four callers, requests/s: FastAPI, 1600 px', '45.0'],
    ['laptop / FastAPI, 1600 px', '2.00'],
    ['four callers, requests/s: library calls alone', '66.0'],
    ['library calls alone / FastAPI', '1.10'],
  ]);
});

test('without Python the comparison says what it needs', async () => {
  const error: Error = await installed(tmpdir(), 'no-such-python').catch((thrown) => thrown);
  expect(error).toBeInstanceOf(PythonMissingError);
  expect(error.message).toBe('Expected python3 of version 3.11 or later with pip and its registry');
  expect(error.cause).toMatchObject({ code: 'ENOENT' });
});
