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

  function membersOf(key: string): readonly string[] {
    return JSON.parse(find(key)?.value ?? '[]') as readonly string[];
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
    async addMember(key, member, ttlMs) {
      const known = membersOf(key).filter((one) => one !== member);
      put(key, JSON.stringify([...known, member]), Math.max(find(key)?.endsAt ?? 0, now() + ttlMs));
    },
    async removeMember(key, member) {
      const entry = find(key);
      if (entry) put(key, JSON.stringify(membersOf(key).filter((one) => one !== member)), entry.endsAt);
    },
    async members(key) {
      return membersOf(key);
    },
    close() {
      entries.clear();
    },
  };
}
