import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArchiveError, pack, sha256Of, unpack } from '../../../cli/ci/release/archive.ts';

const work = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(work, { recursive: true }));

test('an assembly comes out as it went in, once for the same bytes', async () => {
  const source = join(work, 'source');
  mkdirSync(join(source, 'asset.1/.hidden'), { recursive: true });
  writeFileSync(join(source, 'asset.1/.hidden/run'), 'run');
  chmodSync(join(source, 'asset.1/.hidden/run'), 0o755);
  const archive = join(work, 'out/assembly.tar');
  pack(source, archive);
  const unpacked = await unpack(archive);
  expect(unpacked.sha256).toBe(await sha256Of(archive));
  const file = join(unpacked.folder, 'asset.1/.hidden/run');
  expect(readFileSync(file, 'utf8')).toBe('run');
  expect(statSync(file).mode & 0o111).toBe(0o111);
  rmSync(file);
  expect(await unpack(archive)).toEqual(unpacked);
  expect(existsSync(file)).toBe(false);
});

test('a missing archive names the command; a broken one leaves nothing', async () => {
  await expect(unpack(join(work, 'none.tar'))).rejects.toThrow(
    new ArchiveError(
      `Expected the cloud assembly ${join(work, 'none.tar')}, received no file. To make it: npm run ci -- synth`,
    ),
  );
  mkdirSync(join(work, 'broken'));
  writeFileSync(join(work, 'broken/assembly.tar'), 'no archive');
  await expect(unpack(join(work, 'broken/assembly.tar'))).rejects.toThrow(/^Expected a cloud assembly in .*broken/);
  expect(readdirSync(join(work, 'broken'))).toEqual(['assembly.tar']);
});
