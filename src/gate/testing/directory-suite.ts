import { describe, expect, it } from 'vitest';
import type { Directory } from '../directory.ts';
import { alice, bob } from './people.ts';

/** What every directory must do when it holds exactly the people of `people.ts`. */
export function describeDirectory(name: string, directory: () => Directory): void {
  const signal = AbortSignal.timeout(60_000);
  const { password, ...person } = alice;

  describe(`directory conformance: ${name}`, () => {
    it('accepts the right password and tells who it is', async () => {
      expect(await directory().signIn('alice', password, signal)).toEqual({ kind: 'accepted', person });
    });

    it('gives the name in its own spelling, whatever was typed', async () => {
      expect(await directory().signIn('ALICE', password, signal)).toEqual({ kind: 'accepted', person });
    });

    it.each([
      ['a wrong password', 'alice', 'wrong'],
      ['the password of somebody else', 'alice', bob.password],
      ['an unknown name', 'nobody', password],
      ['an empty password, which LDAP would take as anonymous', 'alice', ''],
      ['an empty name', '', password],
    ])('refuses %s', async (_, username, given) => {
      expect(await directory().signIn(username, given, signal)).toEqual({ kind: 'refused' });
    });

    it.each([
      '*',
      'a*',
      'alice*',
      '*)(uid=*',
      'alice)(objectClass=*',
      'alice)(|(uid=*',
      '*)(|(uid=alice))',
      'alice\u0000',
      '\\61lice',
      '\\2a',
      '(uid=alice)',
      'alice)(userPassword=*',
      'uid=alice,ou=people,dc=example,dc=org',
      '{dn}',
      '{username_attribute}',
      'alice\n',
      '\ud800',
      'a'.repeat(200),
    ])('is not talked into anybody by the name %j', async (username) => {
      expect(await directory().signIn(username, password, signal)).toEqual({ kind: 'refused' });
      expect(await directory().lookUp(username, signal)).toEqual({ kind: 'missing' });
    });

    it('looks up a person without a password', async () => {
      expect(await directory().lookUp('alice', signal)).toEqual({ kind: 'found', person });
    });

    it('answers that it is unavailable when it is given no time', async () => {
      expect(await directory().signIn('alice', password, AbortSignal.abort())).toMatchObject({ kind: 'unavailable' });
    });
  });
}
