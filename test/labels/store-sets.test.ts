import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { storeSets } from '../../functions/labels/store-sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sets-'));
beforeAll(() => {
  for (const [set, files] of Object.entries({
    aa: ['a.jpg', 'sub/b.jpg', 'truth.json'],
    bb: ['c.jpg', 'truth.json'],
  })) {
    for (const file of files) {
      mkdirSync(join(folder, set, 'sub'), { recursive: true });
      writeFileSync(join(folder, set, file), `${set} ${file}`);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A bucket of keys, which may deny the first calls. */
function setUp(keys: readonly string[] = [], denials = 0) {
  const stored = new Map(keys.map((key) => [key, '']));
  let denied = 0;
  const send = async (command: unknown) => {
    if (denied < denials) {
      denied += 1;
      throw Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
    }
    if (command instanceof ListObjectsV2Command) {
      const found = [...stored.keys()].filter((key) => key.startsWith(command.input.Prefix ?? ''));
      return { Contents: found.map((Key) => ({ Key })) };
    }
    if (command instanceof PutObjectCommand) stored.set(command.input.Key ?? '', String(command.input.Body));
    if (command instanceof DeleteObjectsCommand) {
      for (const { Key = '' } of command.input.Delete?.Objects ?? []) stored.delete(Key);
    }
    return {};
  };
  const context = {
    client: { send } as unknown as S3Client,
    bucket: 'bucket',
    folder,
    wait: async () => undefined,
    onError: jest.fn(),
  };
  const request = (RequestType: string, Sets: readonly string[], old?: readonly string[]) =>
    storeSets(
      {
        RequestType,
        ResourceProperties: { Endpoint: 'cars', Sets },
        ...(old && { OldResourceProperties: { Endpoint: 'cars', Sets: old } }),
      } as unknown as CloudFormationCustomResourceEvent,
      context,
    );
  return { stored, request, context };
}

const deployed = (...files: readonly string[]) => files.map((file) => `labels/cars/deployed/${file}`);

test('a set is copied with its folders; what is there is not written again', async () => {
  const { stored, request } = setUp(deployed('aa/a.jpg'));
  expect(await request('Create', ['aa'])).toEqual({ data: { Copied: '2' } });
  expect([...stored.keys()].toSorted()).toEqual(deployed('aa/a.jpg', 'aa/sub/b.jpg', 'aa/truth.json'));
  expect(stored.get('labels/cars/deployed/aa/sub/b.jpg')).toBe('aa sub/b.jpg');
});

test('the sets of the deployment before stay, older ones and no others are deleted', async () => {
  const { stored, request } = setUp([
    ...deployed('aa/a.jpg', 'old/x.jpg', 'older/y.jpg'),
    'labels/cars/mine/photo.jpg',
    'labels/cars2/deployed/z/z.jpg',
  ]);
  await request('Update', ['aa'], ['old']);
  expect([...stored.keys()].toSorted()).toEqual([
    ...deployed('aa/a.jpg', 'aa/sub/b.jpg', 'aa/truth.json', 'old/x.jpg'),
    'labels/cars/mine/photo.jpg',
    'labels/cars2/deployed/z/z.jpg',
  ]);
});

test('an endpoint without sets leaves none behind, but keeps what its owner put beside them', async () => {
  const { stored, request } = setUp([...deployed('aa/a.jpg'), 'labels/cars/mine/photo.jpg']);
  expect(await request('Delete', ['aa'])).toEqual({ data: { Copied: '0' } });
  expect([...stored.keys()]).toEqual(['labels/cars/mine/photo.jpg']);
});

test('a role that is too new is tried again', async () => {
  expect(await setUp([], 3).request('Create', ['bb'])).toEqual({ data: { Copied: '2' } });
});

test('a failure fails the deployment, but not a deletion', async () => {
  expect(await setUp([], 100).request('Create', ['aa'])).toEqual({ failure: 'AccessDenied: not authorized' });
  const { request, context } = setUp([], 100);
  expect(await request('Delete', ['aa'])).toEqual({ data: { Copied: '0' } });
  expect(context.onError).toHaveBeenCalledWith('copying the labelled sets failed', expect.any(Error));
});
