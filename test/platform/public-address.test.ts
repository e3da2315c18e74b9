/** Which addresses of receivers are allowed. */

import { addressFault, isPublicIp, isThisMachine } from '../../functions/platform/public-address.ts';

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:169.254.169.254',
  '::ffff:a00:1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  'name',
])('%s is not public', (address) => expect(isPublicIp(address)).toBe(false));

test.each(['8.8.8.8', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) =>
  expect(isPublicIp(address)).toBe(true),
);

test.each<[string, string | undefined]>([
  ['https://hooks.example.com/in?a=1', undefined],
  ['https://8.8.8.8:8443/', undefined],
  ['http://hooks.example.com/', 'an https address'],
  ['hooks.example.com', 'an https address'],
  ['file:///etc/passwd', 'an https address'],
  ['https://user:pass@example.com/', 'an address without user name and password'],
  ['https://example.com/#a', 'an address without #'],
  ['https://localhost/', 'a host that is public, no private address'],
  ['https://api.localhost./', 'a host that is public, no private address'],
  ['https://intranet/', 'a host that is public, no private address'],
  ['https://db.internal/', 'a host that is public, no private address'],
  ['https://0x7f.1/', 'a host that is public, no private address'],
  ['https://2130706433/', 'a host that is public, no private address'],
  ['https://169.254.169.254/latest/meta-data', 'a host that is public, no private address'],
  ['https://[fd00::1]/', 'a host that is public, no private address'],
])('%s: %s', (address, fault) => expect(addressFault(address)).toBe(fault));

test('only addresses of this machine are those of a laptop', () => {
  for (const host of ['localhost:9000', '127.0.0.1:1', '[::1]:2'])
    expect(isThisMachine(`http://${host}/in`)).toBe(true);
  for (const other of ['http://localhost.example.com/', 'ftp://localhost/', 'http://10.0.0.1/', 'text']) {
    expect(isThisMachine(other)).toBe(false);
  }
});
