import type { Need, Secret } from '../service/index.ts';
import type { Contract } from './contract.ts';

export interface DocumentsGrant {
  /** Where browsers load the editor from. */
  readonly publicUrl: string;
  /** Where the client itself asks the editor's server. */
  readonly url: string;
  /** Signs what client and editor tell each other; every client shares it. */
  readonly secret: Secret;
}

export function documents(): Need<'documents', Readonly<Record<string, never>>, DocumentsGrant> {
  return { kind: 'documents', request: {} };
}

/** An editor for office documents; the provider names the need of its secret in `provides.documents.secret` (https://api.onlyoffice.com/docs/docs-api/get-started/how-it-works/security/). */
export const documentsContract: Contract<Readonly<Record<string, never>>, DocumentsGrant> = {
  kind: 'documents',
  network: 'apps',
  callsBack: true,
  grant: ({ provider: { name, provision, address, url } }) => {
    const secret: Secret = { kind: 'secret', id: `${name}.${provision['secret'] ?? 'secret'}` };
    return {
      grant: { publicUrl: url, url: `http://${address.host}:${address.port}`, secret },
      secrets: [{ id: secret.id, spec: { kind: 'hex', bytes: 32 } }],
    };
  },
};
