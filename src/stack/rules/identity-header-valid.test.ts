import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { identityHeaderValid } from './identity-header-valid.ts';

const told = (user: string): readonly string[] =>
  findingsOf(identityHeaderValid, [sampleApp('dav', { route: { port: 'web', access: { groups: ['viewer'], identity: { user } } } })]);

test.each(['Host', 'Authorization', 'Cookie', 'X_Remote_User', 'X-Remote-User\n', 'X-', 'X-A-B-C-D', 'X-*', 'X-{user}'])(
  'the header %j is refused',
  (user) => {
    expect(told(user)).toEqual([
      `dav: it wants to be told who asks in ${JSON.stringify(user)}, which is no header for that; use a name such as X-Remote-User`,
    ]);
  },
);

test.each(['X-Remote-User', 'X-WEBAUTH-USER', 'Remote-User'])('the header %s passes', (user) => {
  expect(told(user)).toEqual([]);
});
