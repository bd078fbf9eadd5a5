import type { Need } from '../service/index.ts';
import type { Contract } from './contract.ts';

export interface MemcachedGrant {
  readonly host: string;
  readonly port: number;
  /** `host:port`. */
  readonly address: string;
}

export function memcached(): Need<'memcached', Readonly<Record<string, never>>, MemcachedGrant> {
  return { kind: 'memcached', request: {} };
}

/** A cache that anyone on the data network may use: memcached knows no accounts without SASL, which clients rarely speak. */
export const memcachedContract: Contract<Readonly<Record<string, never>>, MemcachedGrant> = {
  kind: 'memcached',
  network: 'data',
  grant: ({ provider: { address } }) => ({ grant: { ...address, address: `${address.host}:${address.port}` }, secrets: [] }),
};
