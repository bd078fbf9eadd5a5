import type { FinalContent, Need, Secret, Text } from '../service/index.ts';
import { json } from '../service/index.ts';
import type { Contract } from './contract.ts';
import type { DeclaredChains, Payments } from './evm-payments.ts';
import { paymentsSchema } from './evm-payments.ts';

/** What `payments` in cluster.yaml comes to for one daemon, as the file that it reads. */
export interface EvmConfigGrant {
  readonly content: FinalContent;
}

type NoWish = Readonly<Record<string, never>>;

/** The accounts and chains of `payments`; none where cluster.yaml has no such section. */
export function evmChains(): Need<'evm-chains', NoWish, EvmConfigGrant> {
  return { kind: 'evm-chains', request: {} };
}

/** The tokens, policies and administrators of `payments`; none where cluster.yaml has no such section. */
export function evmPolicies(): Need<'evm-policies', NoWish, EvmConfigGrant> {
  return { kind: 'evm-policies', request: {} };
}

/** Without the section no account is made either, so that a key from elsewhere can be taken in under any name before. */
const nothing: Payments = { ...paymentsSchema.parse({}), accounts: [] };

/** Answered by `payments:` in cluster.yaml; its keys of RPCs are the owner's to give. */
export const evmChainsContract: Contract<NoWish, EvmConfigGrant> = {
  kind: 'evm-chains',
  grant: ({ payments: { accounts, chains } = nothing }) => ({
    grant: { content: json({ accounts, chains: mapChains(chains) }) },
    secrets: [...new Set(Object.values(chains).flatMap(({ rpcs }) => rpcs.flatMap(keysIn)))]
      .toSorted()
      .map((name) => ({ id: keyOf(name).id, spec: { kind: 'supplied', about: `key that stands for {${name}} in addresses of RPCs` } })),
  }),
};

/** Answered by `payments:` in cluster.yaml. */
export const evmPoliciesContract: Contract<NoWish, EvmConfigGrant> = {
  kind: 'evm-policies',
  grant: ({ payments: { tokens, policies, admins } = nothing }) => ({
    grant: { content: json({ tokens, policies, admins }) },
    secrets: [],
  }),
};

function mapChains(chains: DeclaredChains['chains']): Parameters<typeof json>[0] {
  return Object.fromEntries(Object.entries(chains).map(([name, chain]) => [name, { ...chain, rpcs: chain.rpcs.map(withKeys) }]));
}

const key = /\{([^{}]+)\}/;

function keysIn(rpc: string): readonly string[] {
  return rpc.split(key).filter((_, i) => i % 2 === 1);
}

function keyOf(name: string): Secret {
  return { kind: 'secret', id: `payments.${name}` };
}

/** The address with each `{name}` in it replaced by the secret that it stands for. */
function withKeys(rpc: string): string | Text {
  const parts = rpc.split(key).map((part, i) => (i % 2 === 1 ? keyOf(part) : part));
  return parts.length === 1 ? rpc : { kind: 'text', parts: parts.filter((part) => part !== '') };
}
