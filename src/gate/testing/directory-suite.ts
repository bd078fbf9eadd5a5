import { describe, expect, it } from 'vitest';
import type { Directory } from '../directory.ts';
import { alice, bob } from './people.ts';

/** What every directory must do when it holds exactly the people of `people.ts`; `id` is what it knows alice by. */
export function describeDirectory(name: string, directory: () => Directory, id: string): void {
  const signal = AbortSignal.timeout(60_000);
  const { password, ...written } = alice;
  const person = { ...written, id };

  describe(`directory conformance: ${name}`, () => {
    it('accepts the right password and tells who it is', async () => {
      expect(await directory().signIn('alice', password, signal)).toEqual({ kind: 'accepted', person });
    });

    it('gives the name in its own spelling, whatever was typed', async () => {
      expect(await directory().signIn('ALICE', password, signal)).toEqual({ kind: 'accepted', person });
    });

    it.each([
      ['a wrong password', 'alice', 'wrong', true],
      ['the password of somebody else', 'alice', bob.password, true],
      ['an unknown name', 'nobody', password, false],
      ['an empty password, which LDAP would take as anonymous', 'alice', '', false],
      ['an empty name', '', password, false],
    ])('refuses %s', async (_, username, given, isKnown) => {
      expect(await directory().signIn(username, given, signal)).toEqual({ kind: 'refused', isKnown });
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
      expect(await directory().signIn(username, password, signal)).toEqual({ kind: 'refused', isKnown: false });
      expect(await directory().lookUp(username, signal)).toEqual({ kind: 'missing' });
    });

    it('looks up a person without a password', async () => {
      expect(await directory().lookUp('alice', signal)).toEqual({ kind: 'found', person });
    });

    it('looks up a person by the id that it gave him, and nobody by another', async () => {
      const found = await directory().lookUp('alice', signal);
      const id = found.kind === 'found' ? found.person.id : 'none';
      expect(await directory().lookUpId(id, signal)).toEqual(found);
      for (const other of ['', '*', '11111111-2222-4333-8444-555555555555', `${id})(uid=*`, `*)(entryUUID=${id}`]) {
        expect(await directory().lookUpId(other, signal)).toEqual({ kind: 'missing' });
      }
    });

    it('answers that it is unavailable when it is given no time', async () => {
      expect(await directory().signIn('alice', password, AbortSignal.abort())).toMatchObject({ kind: 'unavailable' });
    });
  });
}

/** What every directory must do that may write passwords, and whose policy asks for at least four characters. Leaves bob as he was. */
export function describePasswords(name: string, directory: () => Directory): void {
  const signal = AbortSignal.timeout(60_000);
  const fresh = 'a fresh password for bob';
  const signIn = async (password: string) => (await directory().signIn('bob', password, signal)).kind;

  async function stateOf(username: string): Promise<string> {
    const answer = await directory().passwordState(username, signal);
    return answer.kind === 'found' ? answer.state : answer.kind;
  }

  describe(`password conformance: ${name}`, () => {
    it('sets a password, and shows by the state that it did', async () => {
      const before = await stateOf('bob');
      expect(await stateOf('BOB')).toBe(before);
      expect(await directory().setPassword('bob', fresh, signal)).toEqual({ kind: 'changed' });
      expect(await stateOf('bob')).not.toBe(before);
      expect(await signIn(fresh)).toBe('accepted');
      expect(await signIn(bob.password)).toBe('refused');
    });

    it('changes a password for who knows the old one, and for nobody else', async () => {
      expect(await directory().changePassword('bob', 'wrong', bob.password, signal)).toEqual({ kind: 'missing' });
      expect(await directory().changePassword('bob', '', bob.password, signal)).toEqual({ kind: 'missing' });
      expect(await signIn(fresh)).toBe('accepted');
      expect(await directory().changePassword('bob', fresh, bob.password, signal)).toEqual({ kind: 'changed' });
      expect(await signIn(bob.password)).toBe('accepted');
    });

    it('says in words why it refuses one', async () => {
      const refused = { kind: 'refused', why: 'This password is too short. Choose a longer one.' };
      expect(await directory().setPassword('bob', 'abc', signal)).toEqual(refused);
      expect(await directory().changePassword('bob', bob.password, 'abc', signal)).toEqual(refused);
      expect(await signIn(bob.password)).toBe('accepted');
    });

    it('knows nobody by a name that is none', async () => {
      for (const username of ['nobody', '*', 'b*', '*)(uid=bob']) {
        expect(await directory().setPassword(username, fresh, signal)).toEqual({ kind: 'missing' });
        expect(await directory().changePassword(username, bob.password, fresh, signal)).toEqual({ kind: 'missing' });
        expect(await directory().passwordState(username, signal)).toEqual({ kind: 'missing' });
      }
    });
  });
}
