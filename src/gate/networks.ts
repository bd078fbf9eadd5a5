import { BlockList, isIP } from 'node:net';

/** Answers whether an IP address lies in the networks it was made from. */
export type NetworkTest = (address: string) => boolean;

/** Makes a test of CIDR ranges and single addresses; undefined where one of them is neither. */
export function networkTest(ranges: readonly string[]): NetworkTest | undefined {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const width = family === 'ipv6' ? 128 : 32;
    if (isIP(address) === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= width))) return undefined;
    list.addSubnet(address, bits === undefined ? width : Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

const privateNetworks = networkTest([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]);

/** Whether an address is one that nobody has on the internet: of this machine, a private network or a carrier's. */
export function isPrivate(address: string): boolean {
  return privateNetworks?.(address) === true;
}

/** An address as one spelling: IPv4 that arrived through an IPv6 socket is given as IPv4. */
function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

/**
 * The address a request came from. Only a peer in a private network (the edge) is believed about `X-Forwarded-For`, and
 * of that list only the right-most hop, which is the one the edge itself wrote.
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined): string {
  const direct = plainAddress(peer ?? '');
  if (!isPrivate(direct)) return direct;
  const hop = plainAddress(forwardedFor?.split(',').at(-1)?.trim() ?? '');
  return isIP(hop) === 0 ? direct : hop;
}

/** The part of an address that one household or machine holds: all of IPv4, the first 64 bits of IPv6. */
export function addressHolder(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros: string[] = address.includes('::') ? Array(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':');
}
