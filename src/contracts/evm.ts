import type { Need, Secret, Text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';

export interface EvmGrant {
  /** Where payments are ordered, without a trailing slash. */
  readonly url: string;
  /** The client's own: it sees its own payments and nobody else's. */
  readonly token: Secret;
}

type NoWish = Readonly<Record<string, never>>;

/** To order payments on chains that run Ethereum's virtual machine. */
export function evm(): Need<'evm', NoWish, EvmGrant> {
  return { kind: 'evm', request: {} };
}

/** A token of its own for each need of a client of the broadcaster, which keeps digests of them; tokens of former clients end with the next `up`. */
export const evmContract: Contract<NoWish, EvmGrant> = {
  kind: 'evm',
  network: 'apps',
  grant: ({ client, key, provider: { address } }) => {
    const token: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    return {
      grant: { url: `http://${address.host}:${address.port}`, token },
      secrets: [{ id: token.id, spec: { kind: 'base64url', bytes: 32 } }],
    };
  },
  apply: ({ grants }) => [
    {
      title: 'tokens of clients',
      argv: ['sh', '-c', 'exec node "${DATAMANCY_PROGRAM:-/app/serve.js}" evm-clients'],
      input: renderTokens(grants),
    },
  ],
};

/** A token has no character that JSON would write otherwise. */
function renderTokens(grants: readonly GrantRecord<NoWish, EvmGrant>[]): Text {
  const clients = [...new Set(grants.map(({ client }) => client))];
  const entries = clients.flatMap((name, i) => {
    const tokens = grants.filter(({ client }) => client === name).flatMap(({ grant }, j) => [j === 0 ? '"' : '","', grant.token]);
    return [`${i === 0 ? '' : ','}${JSON.stringify(name)}:[`, ...tokens, '"]'];
  });
  return { kind: 'text', parts: ['{', ...entries, '}'] };
}
