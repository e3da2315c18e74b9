/** Both formats of the upload queue's messages. */

import fc from 'fast-check';
import { readUploadMessage, UploadMessageError } from '../../functions/platform/object-messages.ts';
import { eventBridgeMessage, s3Message } from '../detect/fixtures/events.ts';

/** Keys of S3: any UTF-8 text. */
const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
const upload = fc.record({
  bucket: fc.stringMatching(/^[a-z][a-z0-9.-]{1,60}[a-z0-9]$/),
  key,
  bytes: fc.nat(),
  etag: fc.stringMatching(/^[0-9a-f]{32}$/),
  versionId: fc.option(fc.stringMatching(/^[\w.-]{32}$/), { nil: undefined }),
});

test('reads what S3 and EventBridge write, whatever the characters of the key', () => {
  fc.assert(
    fc.property(fc.array(upload, { minLength: 1, maxLength: 3 }), (uploads) => {
      const [first] = uploads;
      expect(readUploadMessage(s3Message(...uploads))).toEqual(uploads);
      if (first) expect(readUploadMessage(eventBridgeMessage(first))).toEqual([first]);
    }),
  );
});

test.each([
  ['a+photo%2B%C3%BC.jpg', 'a photo+ü.jpg'],
  ['yard/%28a%29%7E%21%27*.jpg', "yard/(a)~!'*.jpg"],
  ['100%25.jpg', '100%.jpg'],
  ['%F0%9F%9A%97', '🚗'],
])('decodes the key %s to %s', (encoded, decoded) => {
  const message = s3Message({ key: 'KEY' }).replace('"KEY"', JSON.stringify(encoded));
  expect(readUploadMessage(message)).toMatchObject([{ key: decoded }]);
});

test('announces nothing for the test event of S3', () => {
  const event = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'bucket', RequestId: '5582', HostId: '8cLe' };
  expect(readUploadMessage(JSON.stringify(event))).toEqual([]);
});

test('reads later minor versions of the format, and a version id of null', () => {
  const message = s3Message({ key: 'a' }).replace('"2.1"', '"2.9"').replace('"size":1', '"size":1,"versionId":null');
  expect(readUploadMessage(message)).toMatchObject([{ key: 'a', versionId: undefined }]);
});

test.each([
  ['no JSON', 'not JSON'],
  ['null', 'null'],
  ['another object', '{"detail":"not of S3"}'],
  ['an envelope of SNS', JSON.stringify({ Type: 'Notification', Message: s3Message({ key: 'a' }) })],
  ['no record', '{"Records":[]}'],
  ['another major version', s3Message({ key: 'a' }).replace('"2.1"', '"3.0"')],
  ['a deletion', s3Message({ key: 'a' }).replace('ObjectCreated:Put', 'ObjectRemoved:Delete')],
  ['another service', s3Message({ key: 'a' }).replace('aws:s3', 'aws:sns')],
  ['a key that is not encoded for URLs', s3Message({ key: 'KEY' }).replace('"KEY"', '"100%.jpg"')],
  ['another test event', '{"Service":"Amazon S3","Event":"s3:Other"}'],
])('rejects %s', (_what, message) => {
  expect(() => readUploadMessage(message)).toThrow(UploadMessageError);
  expect(() => readUploadMessage(message)).toThrow(
    `Expected an event of S3 for the message, received ${message.slice(0, 200)}`,
  );
});
