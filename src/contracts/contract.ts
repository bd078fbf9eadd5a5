import type { ClusterFacts, SecretRequest, Text } from '../service/index.ts';
import type { Payments } from './evm-payments.ts';

/** The service that satisfies a need, as its clients see it. */
export interface Provider {
  readonly name: string;
  /** What its catalog file says under `provides` for this contract. */
  readonly provision: Readonly<Record<string, string>>;
  /** Host and port of the port that the provision names, as clients reach it. */
  readonly address: { readonly host: string; readonly port: number };
  /** Port of the same host at which TLS begins at once, where the provision names one under `tls`. */
  readonly tlsPort?: number;
  /** Public address of the provider, empty where it has no route. */
  readonly url: string;
}

export interface GrantInput<Request> {
  readonly client: { readonly name: string; readonly url: string };
  /** The name under which the client asked. */
  readonly key: string;
  readonly request: Request;
  readonly provider: Provider;
  readonly cluster: ClusterFacts;
  /** What cluster.yaml says under `payments`. */
  readonly payments?: Payments | undefined;
}

/** A need that was answered: the record that renderers and appliers read. */
export interface GrantRecord<Request = unknown, Grant = unknown> {
  readonly kind: string;
  readonly client: string;
  readonly key: string;
  /** Name of a service; empty where the provider lies outside the cluster. */
  readonly provider: string;
  readonly request: Request;
  readonly grant: Grant;
  /** Secrets that the grant stands on. */
  readonly secrets: readonly SecretRequest[];
  /** Public address of the client. */
  readonly clientUrl: string;
}

/** One command inside the provider's unit that makes it satisfy its grants. Idempotent: every `up` runs it again. */
export interface Step {
  readonly title: string;
  readonly argv: readonly [string, ...string[]];
  /** Given on standard input, because a command line is no place for a secret. */
  readonly input: Text;
  /** Exit statuses that mean done; 0 where absent. */
  readonly okStatuses?: readonly number[];
}

export interface ApplyInput<Request, Grant> {
  readonly cluster: ClusterFacts;
  /** Every group that a route of this cluster names, and the three tiers. */
  readonly groups: readonly string[];
  readonly provider: Provider;
  readonly grants: readonly GrantRecord<Request, Grant>[];
}

/** One kind of need: how it is granted, and how a provider is made to honour what was granted. */
export interface Contract<Request = unknown, Grant = unknown> {
  readonly kind: string;
  /** The network on which client and provider meet; absent where the cluster itself answers. */
  readonly network?: 'data' | 'apps' | 'engine' | 'engine-control';
  /** Clients reach the provider at its public address, so the edge has to be there before them. */
  readonly throughEdge?: true;
  /** The provider asks its clients back at their public addresses. */
  readonly callsBack?: true;
  /** Clients start without the provider, and go on without it. */
  readonly awaited?: false;
  grant(input: GrantInput<Request>): { readonly grant: Grant; readonly secrets: readonly SecretRequest[] };
  /** Secrets that exist once a provider does, whoever its clients are. */
  readonly providerSecrets?: readonly SecretRequest[];
  apply?(input: ApplyInput<Request, Grant>): readonly Step[];
}

/** A name that a database takes as an identifier without quotes: `my-app` and key `db` give `my_app`. */
export function identifierOf(client: string, key: string): string {
  const own = client.replaceAll('-', '_');
  return key === 'db' || key === 'cache' ? own : `${own}_${key.toLowerCase()}`;
}
