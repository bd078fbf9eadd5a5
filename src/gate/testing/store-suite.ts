import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAdapters } from '../oidc/adapter.ts';
import { createGrants } from '../oidc/grants.ts';
import { createSealedStore } from '../oidc/sealed-store.ts';
import { alice, bob } from './people.ts';
import { createRegulation } from '../regulation.ts';
import { createSessions } from '../sessions.ts';
import type { Store } from '../store.ts';

const start = { methods: ['pwd'], address: '192.0.2.1', agent: 'test' } as const;

/** What every store must do. Each test gets keys of its own. */
export function describeStore(name: string, store: () => Store): void {
  let key = '';
  beforeEach(() => {
    key = `test:${Math.random().toString(36).slice(2)}`;
  });

  describe(`store conformance: ${name}`, () => {
    it('knows nothing of a key nobody set', async () => {
      expect(await store().get(key)).toBeUndefined();
    });

    it('gives back what was set, with its remaining time', async () => {
      await store().set(key, 'héllo', 60_000);
      const kept = await store().get(key);
      expect(kept?.value).toBe('héllo');
      expect(kept?.remainsMs).toBeGreaterThan(1000);
      expect(kept?.remainsMs).toBeLessThanOrEqual(60_000);
    });

    it('forgets a value when its time is over', async () => {
      await store().set(key, 'short', 20);
      await delay(60);
      expect(await store().get(key)).toBeUndefined();
    });

    it('forgets what was removed, and removes twice without complaint', async () => {
      await store().set(key, 'x', 60_000);
      await store().remove(key);
      await store().remove(key);
      expect(await store().get(key)).toBeUndefined();
    });

    it('replaces and extends only what is there', async () => {
      await store().replace(key, 'ghost', 60_000);
      await store().extend(key, 60_000);
      expect(await store().get(key)).toBeUndefined();
      await store().set(key, 'one', 5000);
      await store().replace(key, 'two', 60_000);
      expect((await store().get(key))?.value).toBe('two');
      await store().extend(key, 600_000);
      expect((await store().get(key))?.remainsMs).toBeGreaterThan(60_000);
    });

    it('counts every one of many at once', async () => {
      const counts = await Promise.all(Array.from({ length: 50 }, () => store().add(key, 1, 60_000)));
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });

    it('lets a counter live from its first use', async () => {
      await store().add(key, 1, 2000);
      await store().add(key, 1, 60_000);
      await delay(2100);
      expect(await store().add(key, 1, 60_000)).toBe(1);
    });

    it('keeps a set of names as long as the longest-lived of its additions', async () => {
      await store().addMember(key, 'long', 60_000);
      await store().addMember(key, 'short', 30);
      await store().addMember(key, 'long', 30);
      await delay(80);
      expect([...(await store().members(key))].toSorted()).toEqual(['long', 'short']);
      await store().removeMember(key, 'long');
      expect(await store().members(key)).toEqual(['short']);
    });

    it('carries a session from its start to its end', async () => {
      const sessions = createSessions(store(), 'secret');
      const id = await sessions.start(bob, { ...start, domain: 'example.org', lifeMs: 60_000, idleMs: 30_000 });
      const session = await sessions.find(id, 'example.org');
      expect(session?.person.username).toBe('bob');
      expect(await sessions.find(id, 'other.org')).toBeUndefined();
      await sessions.end(id);
      expect(await sessions.find(id, 'example.org')).toBeUndefined();
      if (session) await sessions.refresh(id, session, bob);
      expect(await sessions.find(id, 'example.org')).toBeUndefined();
    });

    it('finds the grants of a person, and takes away those of one client', async () => {
      const sealed = createSealedStore(store(), key);
      const grants = createGrants(sealed, 60_000);
      const adapters = createAdapters(sealed, grants, async () => await Promise.resolve(true));
      const [personId, sessionUid] = [bob.id, 'a-sign-in'];
      for (const [grantId, clientId, accountId] of [
        ['first', 'wiki', bob.id],
        ['second', 'wiki', bob.id],
        ['third', 'feeds', bob.id],
        ['fourth', 'wiki', alice.id],
      ] as const) {
        await adapters('Grant').upsert(grantId, { accountId, clientId, iat: 5, openid: { scope: 'openid' } }, 60);
        await grants.note({ personId: accountId, grantId, sessionUid }, 60_000);
        await adapters('AccessToken').upsert(`token-${grantId}`, { accountId, clientId, grantId, sessionUid }, 30);
      }
      // Noted under a person whose it is not, as only who writes to the store could.
      await grants.note({ personId, grantId: 'fourth', sessionUid }, 60_000);
      const found = await grants.of(personId);
      expect(found.map(({ clientId }) => clientId).toSorted()).toEqual(['feeds', 'wiki', 'wiki']);
      expect(found[0]).toMatchObject({ scopes: ['openid'], sessionUid, since: 5000 });
      await grants.revoke(personId, 'wiki');
      expect((await grants.of(personId)).map(({ clientId }) => clientId)).toEqual(['feeds']);
      const left = await Promise.all(['first', 'second', 'third', 'fourth'].map((id) => adapters('AccessToken').find(`token-${id}`)));
      expect(left.map((token) => token !== undefined)).toEqual([false, false, true, true]);
      await grants.keep({ personId, grantId: 'first', sessionUid }, 600_000);
      await grants.keep({ personId, grantId: 'third', sessionUid }, 600_000);
      const [kept] = await grants.of(personId);
      expect(kept?.endsAt).toBeGreaterThan(Date.now() + 500_000);
      expect(await store().members(sealed.keyOf('grants-of', personId))).toHaveLength(2);
    });

    it('lets no more guesses through when they come all at once', async () => {
      const regulation = createRegulation(store(), { modes: ['user'], max_retries: 3, find_time: 60_000, ban_time: 60_000 }, 'secret');
      const permits = await Promise.all(Array.from({ length: 200 }, () => regulation.admit(key, '192.0.2.1')));
      expect(permits.filter(({ kind }) => kind === 'go')).toHaveLength(3);
    });
  });
}
