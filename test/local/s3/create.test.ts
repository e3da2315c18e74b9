import { S3Client } from '@aws-sdk/client-s3';
import { ObjectChangedError, Objects } from '../../../functions/platform/objects.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const bucket = 'tickets-bucket';
let emulator: EmulatorProcess;

beforeAll(async () => {
  const Properties = { BucketName: bucket, VersioningConfiguration: { Status: 'Enabled' } };
  emulator = await EmulatorProcess.start([
    { name: 'Tickets', resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties } } },
  ]);
});
afterAll(() => emulator?.stop());

test('of two pictures, one is the first object of a ticket', async () => {
  const objects = new Objects(bucket, new S3Client(emulator.client));
  const create = (version: string) =>
    objects.create('annotated/cars/1.jpg', Buffer.from(version), 'image/jpeg', { version });
  const [one, two] = await Promise.allSettled([create('v1'), create('v2')]);
  const lost = [one, two].flatMap((each) => (each?.status === 'rejected' ? [each.reason] : []));
  expect(lost).toEqual([expect.any(ObjectChangedError)]);
  const { bytes, metadata } = await objects.get('annotated/cars/1.jpg');
  expect(Buffer.from(bytes).toString()).toBe(metadata.version);
});
