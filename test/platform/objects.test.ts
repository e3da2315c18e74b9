import { NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { Objects, StoreUnavailableError } from '../../functions/platform/objects.ts';

/** A bucket whose client gives one answer. */
function bucket(answer: () => unknown): Objects {
  return new Objects('bucket', { send: async () => answer() } as unknown as S3Client);
}

const body = (text: string) => ({ Body: { transformToByteArray: async () => new TextEncoder().encode(text) } });

test('findJson returns what getJson returns', async () => {
  expect(await bucket(() => body('{"count":3}')).findJson('a.json')).toEqual({ count: 3 });
});

test('findJson returns undefined where there is no object', async () => {
  const objects = bucket(() => {
    throw new NoSuchKey({ message: 'none', $metadata: {} });
  });
  expect(await objects.findJson('a.json')).toBeUndefined();
});

test('findJson fails like getJson where the store is unavailable or the object is not JSON', async () => {
  const unavailable = bucket(() => {
    throw new Error('socket closed');
  });
  await expect(unavailable.findJson('a.json')).rejects.toThrow(StoreUnavailableError);
  await expect(bucket(() => body('{')).findJson('a.json')).rejects.toThrow(SyntaxError);
});
