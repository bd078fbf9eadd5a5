import { describe, expect, it } from 'vitest';
import { addressHolder, clientAddress, networkTest } from './networks.ts';

describe('the address of a client', () => {
  it.each([
    ['the peer when nobody forwards', '172.18.0.2', undefined, '172.18.0.2'],
    ['what the edge wrote', '172.18.0.2', '203.0.113.9', '203.0.113.9'],
    ['the right-most hop, since the others can be made up', '172.18.0.2', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['the peer itself when it is no neighbour', '203.0.113.50', '10.0.0.1', '203.0.113.50'],
    ['the peer when what it wrote is no address', '172.18.0.2', 'unknown', '172.18.0.2'],
    ['IPv4 in an IPv6 socket as IPv4', '::ffff:172.18.0.2', '::ffff:203.0.113.9', '203.0.113.9'],
    ['IPv6', 'fd00::2', '2001:DB8::1', '2001:db8::1'],
    ['nothing when nothing is known', undefined, '203.0.113.9', ''],
  ])('is %s', (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded)).toBe(expected);
  });

  it('of one IPv6 household is its first 64 bits, however it is written', () => {
    expect(addressHolder('2001:db8:0:1::5')).toBe('2001:db8:0:1');
    expect(addressHolder('2001:db8::1:0:0:0:9')).toBe(addressHolder('2001:db8:0:1::7'));
    expect(addressHolder('203.0.113.9')).toBe('203.0.113.9');
  });
});

describe('networks', () => {
  it('hold what lies in them', () => {
    const test = networkTest(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
    expect(['10.9.9.9', '192.0.2.7', 'fd12::1'].map((address) => test?.(address))).toEqual([true, true, true]);
    expect(['11.0.0.1', '192.0.2.8', 'fe80::1', '', 'x'].map((address) => test?.(address))).toEqual([false, false, false, false, false]);
  });

  it.each(['10.0.0.0/33', 'lan', '10.0.0.0/', '10.0.0/8', '::/129', ''])('are not made of %j', (range) => {
    expect(networkTest([range])).toBeUndefined();
  });
});
