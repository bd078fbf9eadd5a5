import { BlockList, isIP } from 'node:net';

/** What no page may reach: https://www.iana.org/assignments/iana-ipv4-special-registry and the one of IPv6. */
const refusedNetworks: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // A platform's answers to its machines; most others give them at 169.254.169.254.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Protocols, Teredo and 6to4 among them, which carry an address of IPv4 in them; then documentation.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Whether this address is none of the open internet; text that is no address is refused too. */
export type IsRefused = (address: string) => boolean;

/**
 * Refuses loopback, private, link-local, metadata and multicast addresses, all of IPv6 but what is routed in the internet, and the
 * networks given, such as those that this machine is on, in the form `192.0.2.7/24`.
 */
export function refuseInner(ownNetworks: readonly string[] = []): IsRefused {
  const refused = new BlockList();
  for (const [address, prefix] of refusedNetworks) refused.addSubnet(address, prefix, family(address));
  for (const network of ownNetworks) {
    const [address = '', prefix = ''] = network.split('/');
    if (isIP(address) !== 0) refused.addSubnet(address, Number(prefix), family(address));
  }
  const routed = new BlockList();
  routed.addSubnet('2000::', 3, 'ipv6');
  return (address) => {
    const plain = address.split('%')[0] ?? '';
    switch (isIP(plain)) {
      case 4:
        return refused.check(plain, 'ipv4');
      case 6:
        return !routed.check(plain, 'ipv6') || refused.check(plain, 'ipv6');
      default:
        return true;
    }
  };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
