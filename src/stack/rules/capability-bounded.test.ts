import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { capabilityBounded } from './capability-bounded.ts';

test('a capability that is as good as all is refused', () => {
  expect(
    problemsOf([
      sampleApp('planka', { user: '0:0', allow: { root: 'it mounts disks', capabilities: { SYS_ADMIN: 'it mounts disks itself' } } }),
    ]),
  ).toEqual([
    'capability-bounded planka: it is allowed SYS_ADMIN, which makes it master of the machine; find the narrower capability that the work needs',
  ]);
});

test('a narrow one passes', () => {
  expect(
    findingsOf(capabilityBounded, [sampleApp('planka', { allow: { capabilities: { NET_BIND_SERVICE: 'it binds port 80' } } })]),
  ).toEqual([]);
});
