import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { rootHasReason } from './root-has-reason.ts';

test.each(['0:0', '0:1000', '00:0'] as const)('the user %s without a reason is refused', (user) => {
  expect(findingsOf(rootHasReason, [sampleService('planka', { user, allow: { root: ' ' } })])).toEqual([
    expect.stringContaining(`it runs as root (user ${user}) without a reason`),
  ]);
});

test('root with a reason, and any other user, pass', () => {
  expect(
    findingsOf(rootHasReason, [
      sampleService('a', { user: '0:0', allow: { root: 'it changes users' } }),
      sampleService('b', { user: '10:0' }),
    ]),
  ).toEqual([]);
});
