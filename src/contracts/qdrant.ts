import type { Need, Secret } from '../service/index.ts';
import type { Contract } from './contract.ts';

export interface QdrantGrant {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** The server's one key: Qdrant has no accounts, so a client is kept apart by its collections' names alone. */
  readonly apiKey: Secret;
  /** First part of the names of the client's collections. */
  readonly prefix: string;
}

export function qdrant(): Need<'qdrant', Readonly<Record<string, never>>, QdrantGrant> {
  return { kind: 'qdrant', request: {} };
}

/** Access to the vector database; the provider names its key's need in `provides.qdrant.key` (https://qdrant.tech/documentation/guides/security/). */
export const qdrantContract: Contract<Readonly<Record<string, never>>, QdrantGrant> = {
  kind: 'qdrant',
  network: 'data',
  grant: ({ client, provider }) => {
    const { host, port } = provider.address;
    const apiKey: Secret = { kind: 'secret', id: `${provider.name}.${provider.provision['key'] ?? 'apiKey'}` };
    return { grant: { host, port, url: `http://${host}:${port}`, apiKey, prefix: `${client.name}_` }, secrets: [] };
  },
};
