import { expect, test } from 'vitest';
import { doorAddresses } from './door.ts';
import type { ResolvedAccess } from './stack.ts';

const access: ResolvedAccess = {
  kind: 'edge',
  groups: ['viewer'],
  secondFactor: false,
  basic: false,
  identity: { email: 'X-Auth-Email' },
  alone: false,
  bypass: [],
};

test('a door has fixed addresses only where the service has to know them', () => {
  expect(doorAddresses('home', 'mailu', access)).toBe('');
  expect(doorAddresses('home', 'mailu', undefined)).toBe('');
});

test('its addresses are 32 of one range, stay the same, and differ from cluster to cluster', () => {
  const found = Array.from({ length: 200 }, (_, i) => doorAddresses(`cluster${i}`, 'mailu', { ...access, door: true }));
  expect(found).toEqual(Array.from({ length: 200 }, (_, i) => doorAddresses(`cluster${i}`, 'mailu', { ...access, door: true })));
  for (const subnet of found) {
    const [first, second, , last] = subnet.replace('/27', '').split('.').map(Number);
    expect([first, (second ?? 0) >= 192, (last ?? 1) % 32]).toEqual([10, true, 0]);
  }
  expect(new Set(found).size).toBeGreaterThan(195);
});
