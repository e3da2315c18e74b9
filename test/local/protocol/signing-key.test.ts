import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { sign } from '../../../local/protocol/signing-key.ts';

/** What the SDK hashes with, by Node itself. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | Uint8Array) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {}
}

test('a signature is that of the SDK, for every secret, day, region and service', async () => {
  const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
  const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  const signed = async (text: string, secret: string, region: string, service: string, signingDate: Date) => {
    const credentials = { accessKeyId: 'key', secretAccessKey: secret };
    const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 as never });
    const date = signingDate.toISOString().slice(0, 10).replaceAll('-', '');
    const expected = await signer.sign(text, { signingDate });
    // Twice, because the second comes by the stored key.
    for (let time = 0; time < 2; time++) expect(sign(text, secret, { date, region, service })).toBe(expected);
  };
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), word, word, time, signed),
  );
});

/** @see https://docs.aws.amazon.com/general/latest/gr/sigv4-calculate-signature.html, as in AWS's test suite */
test('a signature is that of the published example', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const hash = 'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59';
  const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n${hash}`;
  const scope = { date: '20150830', region: 'us-east-1', service: 'iam' };
  expect(sign(text, secret, scope)).toBe('5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7');
});
