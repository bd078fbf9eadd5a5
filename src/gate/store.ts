/** A value and how long it still lives. */
interface Kept {
  readonly value: string;
  readonly remainsMs: number;
}

/**
 * Small values with a lifetime: sessions and counters. Every method throws {@link StoreUnavailable} while the store
 * cannot be asked, and works again by itself afterwards.
 */
export interface Store {
  get(key: string): Promise<Kept | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Replaces the value of a key that is still there; a key that is gone stays gone. */
  replace(key: string, value: string, ttlMs: number): Promise<void>;
  /** Gives a key that is still there another lifetime. */
  extend(key: string, ttlMs: number): Promise<void>;
  remove(key: string): Promise<void>;
  /** Adds to a counter in one step and gives its new value; the lifetime runs from its first use. */
  add(key: string, amount: number, ttlMs: number): Promise<number>;
  /** A set of names, which lives as long as the longest-lived of its additions. */
  addMember(key: string, member: string, ttlMs: number): Promise<void>;
  removeMember(key: string, member: string): Promise<void>;
  members(key: string): Promise<readonly string[]>;
  close(): void;
}

/** The store cannot be asked at the moment. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
