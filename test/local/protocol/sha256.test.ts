import { Sha256 } from '../../../local/protocol/sha256.ts';

async function digest(data: string | Uint8Array, secret?: string | Uint8Array): Promise<string> {
  const hash = new Sha256(secret);
  hash.update(data);
  return Buffer.from(await hash.digest()).toString('hex');
}

/** FIPS 180-2, appendix B.1. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
/** RFC 4231, test case 2. */
const JEFE = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

test('a digest is that of the standard, of text and of part of a buffer', async () => {
  expect(await digest('abc')).toBe(ABC);
  expect(await digest(Buffer.from('xabcx').subarray(1, 4))).toBe(ABC);
});

test('with a secret it is an HMAC', async () => {
  expect(await digest('what do ya want for nothing?', 'Jefe')).toBe(JEFE);
  expect(await digest('what do ya want for nothing?', Buffer.from('Jefe'))).toBe(JEFE);
});
