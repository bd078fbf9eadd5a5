import { describe, expect, it } from 'vitest';
import { createMemoryStore } from './memory-store.ts';
import { createSessions } from './sessions.ts';
import { bob } from './testing/people.ts';

const start = { methods: ['pwd'], address: '192.0.2.1', agent: 'test' } as const;

const minute = 60_000;

function createTimed() {
  const clock = { now: 1_000_000 };
  const store = createMemoryStore(() => clock.now);
  return { clock, store, sessions: createSessions(store, 'secret', () => clock.now) };
}

describe('a session', () => {
  it('slides while it is used and ends when it is not', async () => {
    const { clock, sessions } = createTimed();
    const id = await sessions.start(bob, { ...start, domain: 'example.org', lifeMs: 60 * minute, idleMs: 5 * minute });
    for (let used = 0; used < 5; used++) {
      clock.now += 4 * minute;
      expect(await sessions.find(id, 'example.org')).toBeDefined();
    }
    clock.now += 5 * minute;
    expect(await sessions.find(id, 'example.org')).toBeUndefined();
  });

  it('ends at its absolute end, however much it is used', async () => {
    const { clock, sessions } = createTimed();
    const id = await sessions.start(bob, { ...start, domain: 'example.org', lifeMs: 10 * minute, idleMs: 5 * minute });
    for (const at of [4, 8]) {
      clock.now = 1_000_000 + at * minute;
      expect(await sessions.find(id, 'example.org')).toBeDefined();
    }
    clock.now = 1_000_000 + 10 * minute;
    expect(await sessions.find(id, 'example.org')).toBeUndefined();
  });

  it('cannot be guessed from, or opened with, what the store holds', async () => {
    const { store } = createTimed();
    const keys: string[] = [];
    const sessions = createSessions(
      { ...store, set: async (key, value, ttlMs) => (keys.push(key, value), await store.set(key, value, ttlMs)) },
      'secret',
    );
    const id = await sessions.start(bob, { ...start, domain: 'example.org', lifeMs: minute, idleMs: minute });
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(keys.join()).not.toContain(id);
    const stolen = keys[0]?.replace('session:', '') ?? '';
    expect(await sessions.find(stolen, 'example.org')).toBeUndefined();
  });

  it.each(['', 'x', '../../etc', 'a'.repeat(43), '*'.repeat(43)])('is not found under %j', async (id) => {
    const { sessions } = createTimed();
    expect(await sessions.find(id, 'example.org')).toBeUndefined();
  });

  it('is not read from a damaged record', async () => {
    const { sessions, store } = createTimed();
    const id = await sessions.start(bob, { ...start, domain: 'example.org', lifeMs: minute, idleMs: minute });
    const damaged = createSessions(
      { ...store, get: async () => ({ value: '{"person":{"username":"admin"', remainsMs: minute }) },
      'secret',
    );
    expect(await damaged.find(id, 'example.org')).toBeUndefined();
  });
});
