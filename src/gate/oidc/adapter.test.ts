import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../memory-store.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { createAdapters } from './adapter.ts';
import { ProviderAway } from './away.ts';
import { createGrants } from './grants.ts';
import { createSealedStore } from './sealed-store.ts';

const grant = { accountId: 'person', clientId: 'app', openid: { scope: 'openid' } };
const code = { accountId: 'person', clientId: 'app', grantId: 'the-grant', sessionUid: 'the-session' };

function open(changes: { readonly store?: Store; readonly isSignedIn?: boolean } = {}) {
  const { store = createMemoryStore(), isSignedIn = true } = changes;
  const sealed = createSealedStore(store, 'a secret only tests know');
  return createAdapters(sealed, grantsOf(store), async () => await Promise.resolve(isSignedIn));
}

function grantsOf(store: Store, now?: () => number) {
  return createGrants(createSealedStore(store, 'a secret only tests know'), 60_000, now);
}

describe('what the provider keeps', () => {
  it('comes back under its id, and to no other kind', async () => {
    const adapters = open();
    await adapters('Interaction').upsert('an-id', { prompt: { name: 'login', reasons: [], details: {} } }, 60);
    expect(await adapters('Interaction').find('an-id')).toMatchObject({ prompt: { name: 'login' } });
    expect(await adapters('PushedAuthorizationRequest').find('an-id')).toBeUndefined();
    expect(await adapters('Interaction').find('another')).toBeUndefined();
  });

  it('says nothing to who reads the store, neither in keys nor in values', async () => {
    const seen: string[] = [];
    const memory = createMemoryStore();
    const store: Store = {
      ...memory,
      async set(key, value, ttlMs) {
        seen.push(key, value, Buffer.from(value, 'base64url').toString('latin1'));
        await memory.set(key, value, ttlMs);
      },
    };
    await open({ store })('AccessToken').upsert('secret-token', { ...code, scope: 'openid' }, 60);
    expect(seen).not.toHaveLength(0);
    for (const word of ['secret-token', 'person', 'the-grant', 'openid']) expect(seen.join('\n')).not.toContain(word);
  });

  it('cannot be moved to another place of the store', async () => {
    const store = createMemoryStore();
    const adapters = open({ store });
    const keys: string[] = [];
    const watched = open({ store: { ...store, get: async (key) => (keys.push(key), await store.get(key)) } });
    await adapters('Interaction').upsert('mine', { uid: 'mine' }, 60);
    await watched('Interaction').find('mine');
    await watched('Interaction').find('theirs');
    const [from = '', to = ''] = keys;
    await store.set(to, (await store.get(from))?.value ?? '', 60_000);
    expect(await adapters('Interaction').find('theirs')).toBeUndefined();
  });

  it('is worth nothing without its grant', async () => {
    const adapters = open();
    await adapters('AccessToken').upsert('token', code, 60);
    expect(await adapters('AccessToken').find('token')).toBeUndefined();
    await adapters('Grant').upsert('the-grant', grant, 60);
    expect(await adapters('AccessToken').find('token')).toBeDefined();
    await adapters('AccessToken').revokeByGrantId('the-grant');
    expect(await adapters('AccessToken').find('token')).toBeUndefined();
  });

  it('is worth nothing without its session, unless it is for access while the person is away', async () => {
    const adapters = open({ isSignedIn: false });
    await adapters('Grant').upsert('the-grant', grant, 60);
    await adapters('RefreshToken').upsert('token', code, 60);
    expect(await adapters('RefreshToken').find('token')).toBeUndefined();
    await adapters('Grant').upsert('the-grant', { ...grant, openid: { scope: 'openid offline_access' } }, 60);
    expect(await adapters('RefreshToken').find('token')).toBeDefined();
  });

  it('is used once, however many come at once, and then the grant is gone', async () => {
    const adapters = open();
    await adapters('Grant').upsert('the-grant', grant, 60);
    await adapters('AuthorizationCode').upsert('code', code, 60);
    const uses = await Promise.allSettled(Array.from({ length: 10 }, () => adapters('AuthorizationCode').consume('code')));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await adapters('Grant').find('the-grant')).toBeUndefined();
  });

  it('is marked when it was used, so that a second use is seen', async () => {
    const adapters = open();
    await adapters('Grant').upsert('the-grant', grant, 60);
    await adapters('RefreshToken').upsert('token', code, 60);
    await adapters('RefreshToken').consume('token');
    expect(await adapters('RefreshToken').find('token')).toMatchObject({ consumed: expect.any(Number) as number });
  });

  it('keeps a grant as long as its youngest token', async () => {
    const store = createMemoryStore();
    const adapters = open({ store });
    const keys: string[] = [];
    const watched = open({ store: { ...store, get: async (key) => (keys.push(key), await store.get(key)) } });
    await adapters('Grant').upsert('the-grant', grant, 60);
    await adapters('RefreshToken').upsert('token', code, 600);
    await adapters('AccessToken').upsert('other', code, 5);
    await watched('Grant').find('the-grant');
    expect((await store.get(keys[0] ?? ''))?.remainsMs).toBeGreaterThan(500_000);
  });

  it('tells the library of a grant that its tokens carried on', async () => {
    const adapters = open();
    const now = Math.floor(Date.now() / 1000);
    await adapters('Grant').upsert('the-grant', { ...grant, iat: now, exp: now + 60 }, 60);
    await adapters('RefreshToken').upsert('token', code, 600);
    expect((await adapters('Grant').find('the-grant'))?.exp).toBeGreaterThan(now + 500);
  });

  it.each([
    ['is worth nothing after a withdrawal, though no list names its grant', 99, {}, false],
    ['is worth nothing where nobody wrote down when its grant was made', undefined, {}, false],
    ['stands where its grant is of the second of the withdrawal, as a new sign-in may be', 100, {}, true],
    ['stands where its grant is later than the withdrawal', 101, {}, true],
    ['stands where somebody else withdrew', 99, { accountId: 'somebody' }, true],
    ['stands where another client was meant', 99, { clientId: 'other' }, true],
  ])('%s', async (_, iat, changes, stands) => {
    const store = createMemoryStore();
    const adapters = open({ store });
    await adapters('Grant').upsert('the-grant', { ...grant, ...changes, ...(iat === undefined ? {} : { iat }) }, 60);
    await adapters('RefreshToken').upsert('token', { ...code, ...changes }, 60);
    await grantsOf(store, () => 100_999).refuseUntilNow('person', 'app');
    for (const [kind, id] of [
      ['Grant', 'the-grant'],
      ['RefreshToken', 'token'],
    ] as const)
      expect((await adapters(kind).find(id)) !== undefined).toBe(stands);
  });

  it('is away with the store, in words that clients understand', async () => {
    const store: Store = {
      ...createMemoryStore(),
      get: async () => await Promise.reject(new StoreUnavailable('gone')),
    };
    const failure = await open({ store })('AccessToken')
      .find('token')
      .then(String, (cause: unknown) => cause);
    expect(failure).toBeInstanceOf(ProviderAway);
    expect(failure).toMatchObject({ message: 'temporarily_unavailable', statusCode: 503, allow_redirect: false });
  });
});
