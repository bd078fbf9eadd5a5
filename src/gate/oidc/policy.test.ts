import { expect, it } from 'vitest';
import { networkTest } from '../networks.ts';
import { alice, bob } from '../testing/people.ts';
import { judge } from './policy.ts';
import type { AuthorizationPolicy } from './settings.ts';

const policy: AuthorizationPolicy = {
  defaultPolicy: 'deny',
  rules: [
    { policy: 'two_factor', subjects: [[{ kind: 'group', name: 'admin' }]], networks: undefined },
    {
      policy: 'one_factor',
      subjects: [
        [
          { kind: 'group', name: 'viewer' },
          { kind: 'user', name: 'bob' },
        ],
      ],
      networks: networkTest(['10.0.0.0/8']),
    },
  ],
};

it('takes the first rule that matches', () => {
  expect(judge(policy, alice, '10.0.0.1')).toBe('two_factor');
});

it('needs every subject of a list, and the network', () => {
  expect(judge(policy, bob, '10.0.0.1')).toBe('one_factor');
  expect(judge(policy, { ...bob, username: 'carol' }, '10.0.0.1')).toBe('deny');
  expect(judge(policy, bob, '192.0.2.1')).toBe('deny');
});

it('does not count networks against a person whose client asks for him', () => {
  expect(judge(policy, bob, undefined)).toBe('one_factor');
  expect(judge(policy, { ...bob, groups: [] }, undefined)).toBe('deny');
});
