import type { Store } from './store.ts';

interface Entry {
  readonly value: string;
  readonly endsAt: number;
}

const mostEntries = 100_000;

/** A store in this process, for a configuration without session.redis: people sign in again after a restart. */
export function createMemoryStore(now: () => number = Date.now): Store {
  const entries = new Map<string, Entry>();

  function find(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry && entry.endsAt > now()) return entry;
    entries.delete(key);
    return undefined;
  }

  function put(key: string, value: string, endsAt: number): void {
    if (entries.size >= mostEntries) forgetSome();
    entries.set(key, { value, endsAt });
  }

  function forgetSome(): void {
    for (const [key, entry] of entries) if (entry.endsAt <= now()) entries.delete(key);
    for (const key of entries.keys()) {
      if (entries.size < mostEntries) return;
      entries.delete(key);
    }
  }

  return {
    async get(key) {
      const entry = find(key);
      return entry && { value: entry.value, remainsMs: entry.endsAt - now() };
    },
    async set(key, value, ttlMs) {
      put(key, value, now() + ttlMs);
    },
    async replace(key, value, ttlMs) {
      if (find(key)) put(key, value, now() + ttlMs);
    },
    async extend(key, ttlMs) {
      const entry = find(key);
      if (entry) put(key, entry.value, now() + ttlMs);
    },
    async remove(key) {
      entries.delete(key);
    },
    async add(key, amount, ttlMs) {
      const entry = find(key);
      const value = Number(entry?.value ?? 0) + amount;
      put(key, String(value), entry?.endsAt ?? now() + ttlMs);
      return value;
    },
    close() {
      entries.clear();
    },
  };
}
