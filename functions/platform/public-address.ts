/** Whether a receiver's address is one that others can reach, so that no event is sent to the account's own network. */

import { BlockList, isIP, isIPv6 } from 'node:net';

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const PRIVATE_V6 = [
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

const PRIVATE = new BlockList();
for (const [ranges, family] of [
  [PRIVATE_V4, 'ipv4'],
  [PRIVATE_V6, 'ipv6'],
] as const) {
  for (const range of ranges) {
    const [net = '', bits] = range.split('/');
    PRIVATE.addSubnet(net, Number(bits), family);
  }
}

/** Whether an IP address is public. IPv4 addresses in IPv6 (`::ffff:10.0.0.1`) count as themselves. */
export function isPublicIp(address: string): boolean {
  return isIP(address) !== 0 && !PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Names that no public server has. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|localdomain|home\.arpa)$/;

/** What is wrong with a receiver's address: an expectation for messages. Undefined: nothing. */
export function addressFault(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') return 'an https address';
  if (url.username !== '' || url.password !== '') return 'an address without user name and password';
  if (url.hash !== '') return 'an address without #';
  const host = hostOf(url);
  const isPublic = isIP(host) === 0 ? host.includes('.') && !LOCAL_NAME.test(host) : isPublicIp(host);
  return isPublic ? undefined : 'a host that is public, no private address';
}

/** Host without the brackets of IPv6 and without the dot at the end. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Whether an address is on this machine: a receiver on the laptop. */
export function isThisMachine(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && /^(?:localhost|127\.0\.0\.1|::1)$/.test(hostOf(url));
}
