import { evmChains, evmPolicies, paymentsSchema } from '../contracts/index.ts';
import type { Secret, Service } from '../service/index.ts';
import { http, tcp } from '../service/index.ts';
import type { Declaration, DeclaredClient, ServiceOverride } from './declaration.ts';
import type { Machine } from './machine.ts';
import { machineFor } from './machine.ts';
import { containerPlacement } from './placement.ts';
import { resolveStack } from './resolve.ts';
import { checkStack } from './rules/index.ts';
import type { Rule } from './rules/rule.ts';
import type { ImageChoice, ResolvedStack } from './stack.ts';

/** A small sound service for tests; `parts` replace or add. */
export function sampleService(name: string, parts: Partial<Service> = {}): Service {
  return Object.freeze({
    name,
    title: name,
    summary: `The ${name} of a test.`,
    docs: 'https://example.org/docs',
    licence: 'MIT',
    category: 'apps',
    image: `example/${name}:1.0.0`,
    user: '1000:1000',
    ports: { web: http(8080) },
    health: { port: 'web' },
    limits: { memory: '128MiB', cpus: 1 },
    ...parts,
  } satisfies Service);
}

/** A service behind the edge, open to everyone. */
export function sampleApp(name: string, parts: Partial<Service> = {}): Service {
  return sampleService(name, { route: { port: 'web', access: { open: 'a test' } }, ...parts });
}

export const sampleEdge = sampleService('caddy', {
  ports: { http: http(80), https: http(443) },
  provides: { edge: { port: 'https' } },
  publish: ['http', 'https'],
  health: { port: 'https' },
});

export const sampleSignOn = sampleApp('gate', {
  provides: { 'sign-on': { port: 'web' } },
  route: { port: 'web', host: 'auth', access: { open: 'it is the login' } },
});

export function sampleProvider(name: string, kind: string, port: number): Service {
  return sampleService(name, { ports: { main: tcp(port) }, health: { port: 'main' }, provides: { [kind]: { port: 'main' } } });
}

export interface SampleOptions {
  readonly declaration?: Partial<Declaration>;
  readonly overrides?: Readonly<Record<string, ServiceOverride>>;
  /** Services that could be chosen and are not. */
  readonly others?: readonly Service[];
  readonly image?: (service: Service) => ImageChoice | undefined;
  readonly ports?: { readonly http: number; readonly https: number };
  /** The machine at hand; one of which nothing is known where absent. */
  readonly machine?: Machine;
}

/** These services resolved as containers under example.org. */
export function sampleStack(services: readonly Service[], options: SampleOptions = {}): ResolvedStack {
  const declaration: Declaration = {
    name: 'test',
    domain: 'example.org',
    admin: { name: 'anna', email: 'anna@example.org' },
    images: 'upstream',
    runtime: 'compose',
    tls: 'internal',
    bind: '127.0.0.1',
    ports: {},
    services: Object.fromEntries(services.map(({ name }) => [name, options.overrides?.[name] ?? {}])),
    ...options.declaration,
  };
  return resolveStack({
    declaration,
    catalog: byName([...services, ...(options.others ?? [])]),
    placement: containerPlacement,
    ports: options.ports ?? { http: 80, https: 443 },
    image: options.image ?? (({ image }) => (image === undefined ? undefined : { source: 'upstream', reference: image })),
  });
}

export function byName(services: readonly Service[]): Readonly<Record<string, Service>> {
  return Object.fromEntries(services.map((service) => [service.name, service]));
}

/** What a rule finds, as `where: message; fix`. */
export function findingsOf(rule: Rule, services: readonly Service[], options: SampleOptions = {}): readonly string[] {
  const catalog = byName([...services, ...(options.others ?? [])]);
  const stack = sampleStack(services, options);
  const machine = machineFor(stack.declaration, options.machine ?? {});
  return rule.check(stack, { catalog, machine }).map(({ where, message, fix }) => `${where}: ${message}; ${fix}`);
}

/** What a rule finds about one application outside the cluster, as `path: message; fix`; `parts` replace or add. */
export function findingsOfClient(rule: Rule, parts: Partial<DeclaredClient>, id = 'grafana'): readonly string[] {
  const clients = { [id]: { redirects: ['https://grafana.example.net/callback'], ...parts } };
  const stack = sampleStack([], { declaration: { clients } });
  return rule.check(stack, { catalog: {}, machine: {} }).map(({ path = [], message, fix }) => `${path.join('.')}: ${message}; ${fix}`);
}

/** Services that are told what stands under `payments`. */
export const samplePayers = [
  sampleApp('payer', { needs: { chains: evmChains() } }),
  sampleApp('desk', { needs: { policies: evmPolicies() } }),
];

/** What a rule finds about sound payments of which `parts` replace some, as `path: message; fix`. */
export function findingsOfPayments(rule: Rule, parts: object, options: SampleOptions = {}): readonly string[] {
  const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
  const payments = paymentsSchema.parse({
    chains: { base: { id: 8453, rpcs: ['https://rpc.example.net'], max_fee_gwei: '5' } },
    tokens: [{ id: 'coin', chain: 8453 }],
    policies: [{ name: 'staff', groups: ['operator'], max_per_hour: 9, allow }],
    ...parts,
  });
  return findingsOf(rule, samplePayers, { ...options, declaration: { payments } });
}

export function sampleSecret(id: string): Secret {
  return { kind: 'secret', id };
}

/** What all rules find beside a sound edge, as `rule where: message; fix`. */
export function problemsOf(services: readonly Service[], options: SampleOptions = {}): readonly string[] {
  const all = [sampleEdge, ...services];
  return checkStack(sampleStack(all, options), byName(all)).map(({ rule, where, message, fix }) => `${rule} ${where}: ${message}; ${fix}`);
}
