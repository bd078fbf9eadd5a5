import { describe, expect, it } from 'vitest';
import { createBans, parseGoDurationMs } from './bans.ts';

function ban(value: string, more: { readonly scope?: string; readonly type?: string; readonly duration?: string } = {}) {
  return { scope: value.includes('/') ? 'Range' : 'Ip', value, type: 'ban', duration: '4h0m0s', ...more };
}

function bansOf(...decisions: readonly ReturnType<typeof ban>[]) {
  const bans = createBans();
  bans.learn({ new: [...decisions], deleted: [] }, true);
  return bans;
}

describe('bans', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9', true],
    ['203.0.113.9', '203.0.113.8', false],
    ['198.51.100.0/24', '198.51.100.255', true],
    ['198.51.100.0/24', '198.51.101.0', false],
    ['2001:DB8:0::9', '2001:db8::9', true],
    ['2001:db8::9', '2001:db8::a', false],
    ['2001:db8:1::/48', '2001:db8:1:2::3', true],
    ['2001:db8:1::/48', '2001:db8:2::3', false],
  ])('of %s hold for %s: %s', (value, address, expected) => {
    expect(bansOf(ban(value)).has(address)).toBe(expected);
  });

  it.each(['127.0.0.1', '::1', '10.1.2.3', '172.18.0.1', '192.168.1.2', '100.64.0.1', 'fd00::2', 'fe80::1', 'unknown', ''])(
    'never hold for %j, whatever was decided',
    (address) => {
      expect(bansOf(ban('0.0.0.0/0'), ban('::/0'), ban(address)).has(address)).toBe(false);
    },
  );

  it('are made of nothing but bans of addresses and ranges', () => {
    const others = [ban('203.0.113.9', { type: 'captcha' }), ban('203.0.113.9', { scope: 'Country' }), ban('x/8'), ban('nobody')];
    expect(bansOf(...others).count()).toBe(0);
  });

  it('are taken back one by one, and all at once when everything is told anew', () => {
    const bans = bansOf(ban('203.0.113.9'), ban('198.51.100.0/24'), ban('2001:db8::9'));
    bans.learn({ new: [], deleted: [ban('198.51.100.0/24'), ban('2001:DB8::9', { duration: '-1s' })] }, false);
    expect(['203.0.113.9', '198.51.100.1', '2001:db8::9'].map((address) => bans.has(address))).toEqual([true, false, false]);
    bans.learn({ new: [], deleted: [] }, true);
    expect(bans.has('203.0.113.9')).toBe(false);
  });

  it('go on where another decision about the same address ends', () => {
    const bans = bansOf(ban('203.0.113.9'));
    bans.learn({ new: [], deleted: [ban('203.0.113.9', { type: 'captcha' })] }, false);
    expect(bans.has('203.0.113.9')).toBe(true);
  });

  it('of which one ended as another began go on', () => {
    const bans = bansOf(ban('203.0.113.9'));
    bans.learn({ new: [ban('203.0.113.9')], deleted: [ban('203.0.113.9')] }, false);
    expect(bans.has('203.0.113.9')).toBe(true);
  });

  it('end by themselves', () => {
    let time = 0;
    const bans = createBans(() => time);
    bans.learn({ new: [ban('203.0.113.9', { duration: '1m0.5s' }), ban('198.51.100.0/24', { duration: '2m0s' })], deleted: [] }, true);
    time = 60_499;
    expect([bans.has('203.0.113.9'), bans.count()]).toEqual([true, 2]);
    time = 60_500;
    expect([bans.has('203.0.113.9'), bans.has('198.51.100.7'), bans.count()]).toEqual([false, true, 1]);
  });
});

it.each([
  ['3h59m49.25s', 14_389_250],
  ['1.5ms', 1.5],
  ['0s', 0],
  ['-1h0m0s', undefined],
  ['4 hours', undefined],
  ['', undefined],
])('%j in Go is %s ms', (text, ms) => {
  expect(parseGoDurationMs(text)).toBe(ms);
});
