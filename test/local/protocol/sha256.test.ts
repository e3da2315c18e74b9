import { createHash } from 'node:crypto';
import { sha256Of } from '../../../local/protocol/sha256.ts';

test('a digest is that of the content, also of parts of one buffer, and the same the second time', () => {
  const whole = Buffer.from('abcabcx');
  const parts = [whole, whole.subarray(0, 3), whole.subarray(3, 6), Buffer.alloc(0)];
  for (const part of [...parts, ...parts])
    expect(sha256Of(part).toString('hex')).toBe(createHash('sha256').update(part).digest('hex'));
  // FIPS 180-2, appendix B.1.
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256Of(whole.subarray(3, 6)).toString('hex')).toBe(abc);
});
