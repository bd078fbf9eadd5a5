import type { GrantRecord, Provider, ReachGrant } from '../contracts/index.ts';
import { authorityCertificate, contracts, reachedBy, tiers } from '../contracts/index.ts';
import type { ClusterFacts, Need, SecretRequest, Service } from '../service/index.ts';
import { withOpaqueSecrets } from '../service/index.ts';
import type { SecretNeedRequest } from '../contracts/secret.ts';
import { groupsNamedBy, resolveAccess } from './access.ts';
import { authorityOf, signingFilesOf } from './authority.ts';
import { clientsOf, outsideClientSecrets } from './clients.ts';
import type { Declaration, ServiceOverride } from './declaration.ts';
import { doorAddresses, placementAtDoor } from './door.ts';
import { expand, limitsOf } from './expand.ts';
import { metricsTokenOf } from './metrics-token.ts';
import { networksOf } from './networks.ts';
import { hereOf } from './placement.ts';
import type { Placement } from './placement.ts';
import type { ImageChoice, ResolvedService, ResolvedStack, UnmetNeed } from './stack.ts';
import { firstOf, resolveWorkers } from './workers.ts';

export interface ResolveInput {
  readonly declaration: Declaration;
  /** The services to choose from: the catalog and the owner's own. */
  readonly catalog: Readonly<Record<string, Service>>;
  readonly placement: Placement;
  readonly ports: { readonly http: number; readonly https: number };
  readonly image: (service: Service) => ImageChoice | undefined;
}

/** A chosen service, before its needs are granted. */
interface Chosen {
  readonly service: Service;
  readonly override: ServiceOverride;
  readonly host: string | undefined;
  readonly url: string;
}

/** Grants every need that can be granted. What cannot be is recorded in the services, for the rules to report all at once. */
export function resolveStack(input: ResolveInput): ResolvedStack {
  const { declaration, catalog, placement } = input;
  const chosen = Object.keys(declaration.services)
    .toSorted()
    .flatMap((name): readonly Chosen[] => {
      const service = lookUp(catalog, name);
      if (!service) return [];
      const override = lookUp(declaration.services, name) ?? {};
      const host = service.route && `${override.host ?? service.route.host ?? name}.${declaration.domain}`;
      return [{ service, override, host, url: host === undefined ? '' : `https://${host}${portSuffix(input.ports.https)}` }];
    });

  const providersOf = providerIndex(chosen, input);
  const providable = kindIndex(Object.values(catalog));
  const resolved = chosen
    .flatMap((one) => resolveService(one, input, providersOf, providable))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const providers = Object.fromEntries(
    [...providersOf].flatMap(([kind, [only, ...others]]) => (only && others.length === 0 ? [[kind, only]] : [])),
  );
  const networks = networksOf(resolved, providers);
  const tokens = resolved.flatMap((service) => metricsTokenOf(service) ?? []);
  const services = resolved.map((service) => ({
    ...service,
    networks: networks.get(service.name) ?? [],
    ...(service.name === providers['metrics']?.name ? { secretFiles: [...service.secretFiles, ...tokens] } : {}),
  }));
  const clients = clientsOf(services, declaration.clients ?? {});
  return {
    name: declaration.name,
    declaration,
    domain: declaration.domain,
    placement,
    edge: { bind: declaration.bind, ...input.ports },
    services,
    providers,
    grants: services.flatMap(({ grants }) => grants),
    clients,
    secrets: secretsOf(services, providers, [...outsideClientSecrets(clients), ...authorityOf(declaration, services)]),
    groups: [...new Set([...tiers, ...services.flatMap(groupsNamedBy), ...clients.flatMap(({ groups = [] }) => groups)])].toSorted(),
  };
}

/** A name from an owner's file is never taken for something every object has, such as `constructor`. */
function lookUp<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function portSuffix(https: number): string {
  return https === 443 ? '' : `:${https}`;
}

type ProviderIndex = ReadonlyMap<string, readonly Provider[]>;

function providerIndex(chosen: readonly Chosen[], { placement, declaration }: ResolveInput): ProviderIndex {
  const index = new Map<string, Provider[]>();
  for (const { service, url } of chosen) {
    for (const [kind, provision] of Object.entries(service.provides ?? {})) {
      const portName = provision['port'] ?? '';
      const port = lookUp(service.ports, portName);
      const reached = port ? placement.reach(service.name, portName, port) : { host: service.name, port: 0 };
      const host = provision['host'];
      const address = host === undefined ? reached : { ...reached, host: `${host}.${declaration.domain}` };
      const found = index.get(kind) ?? [];
      const tlsName = provision['tls'];
      const tls = tlsName === undefined ? undefined : lookUp(service.ports, tlsName);
      const tlsPort = tls && tlsName !== undefined ? { tlsPort: placement.reach(service.name, tlsName, tls).port } : {};
      found.push({ name: service.name, provision, address, ...tlsPort, url });
      index.set(kind, found);
    }
  }
  return index;
}

/** Stands in a grant for a provider that is no service of the stack. */
const outside = '';

/** Kinds that the cluster itself answers: by its own authority, and by what cluster.yaml says. */
const answeredHere: ReadonlySet<string> = new Set(['authority', 'certificate', 'evm-chains', 'evm-policies']);

/** The owner's mail server outside, for mail where the stack has none, and as the relay of one; or the cluster itself. */
function outsideProvider(kind: string, { mail }: Declaration): Provider | undefined {
  if (answeredHere.has(kind)) return { name: outside, provision: {}, address: { host: '', port: 0 }, url: '' };
  if (!mail || (kind !== 'smtp' && kind !== 'relay')) return undefined;
  const { host, port, user, from, authority } = mail;
  return { name: outside, provision: { user, from, ...(authority === undefined ? {} : { authority }) }, address: { host, port }, url: '' };
}

function kindIndex(services: readonly Service[]): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const service of services) {
    for (const kind of Object.keys(service.provides ?? {})) {
      const found = index.get(kind) ?? [];
      found.push(service.name);
      index.set(kind, found);
    }
  }
  return index;
}

/** The service and its workers. */
function resolveService(
  one: Chosen,
  input: ResolveInput,
  providersOf: ProviderIndex,
  providable: ReadonlyMap<string, readonly string[]>,
): readonly ResolvedService[] {
  const { service, override, host, url } = one;
  const cluster = clusterFacts(input.declaration);
  const values: Record<string, unknown> = {};
  const grants: GrantRecord[] = [];
  const unmet: UnmetNeed[] = [];
  for (const [key, need] of Object.entries(service.needs ?? {})) {
    const answered = answer(key, need);
    if (answered !== undefined) values[key] = withOpaqueSecrets(answered);
  }

  const image = input.image(service);
  const access = service.route && resolveAccess(service.route.access, override);
  const isAwaited = (kind: string): boolean => lookUp(contracts, kind)?.awaited !== false;
  const inStack = grants.flatMap(({ kind, provider }) => (provider !== outside && isAwaited(kind) ? [provider] : []));
  const throughEdge = grants.some(({ kind }) => lookUp(contracts, kind)?.throughEdge === true);
  const edges = throughEdge ? (providersOf.get('edge') ?? []).map(({ name }) => name) : [];
  const dependsOn = [...new Set([...inStack, ...targetsOf(service), ...edges, ...firstOf(service)])].toSorted();
  const addresses = doorAddresses(input.declaration.name, service.name, access);
  // Child processes all ask each other from there.
  const door = addresses !== '' && input.placement.runtime === 'process' ? '127.0.0.0/8' : addresses;
  const here = { ...hereOf(service, placementAtDoor(access ? { access } : {}, input.placement), limitsOf(service, override)), door };
  const context = { ...values, cluster, url, here };
  const main: ResolvedService = {
    name: service.name,
    family: service.name,
    service,
    override,
    url,
    networks: [],
    dependsOn,
    grants,
    unmet,
    ...(image ? { image } : {}),
    ...(host === undefined ? {} : { host }),
    ...(access ? { access } : {}),
    ...expand(service, override, input.placement, context, unmet.length === 0, signingFilesOf(service, input.declaration)),
  };
  return [main, ...resolveWorkers(main, { ...input, context })];

  function answer(key: string, need: Need): unknown {
    if (need.kind === 'secret') return { kind: 'secret', id: `${service.name}.${key}` };
    if (need.kind === 'reach') return reached(key, need);
    const contract = lookUp(contracts, need.kind);
    const found = providersOf.get(need.kind) ?? [];
    const [provider = outsideProvider(need.kind, input.declaration)] = found;
    if (!provider && need.optional === true) return undefined;
    if (!contract || !provider || found.length > 1) {
      unmet.push({ key, kind: need.kind, providers: found.map(({ name }) => name), candidates: providable.get(need.kind) ?? [] });
      return undefined;
    }
    const client = { name: service.name, url };
    const { payments } = input.declaration;
    const { grant, secrets } = contract.grant({ client, key, request: need.request, provider, cluster, payments });
    grants.push({
      kind: need.kind,
      client: service.name,
      key,
      provider: provider.name,
      request: need.request,
      grant,
      secrets,
      clientUrl: url,
    });
    return grant;
  }

  function reached(key: string, need: Need): ReachGrant | undefined {
    const targets = reachTargets(need, providersOf);
    if (targets.length > 0) return { targets, authority: authorityCertificate };
    const candidates = [...new Set(reachedBy(need).flatMap((kind) => providable.get(kind) ?? []))];
    if (need.optional !== true) unmet.push({ key, kind: need.kind, providers: [], candidates });
    return undefined;
  }

  function targetsOf(of: Service): readonly string[] {
    return Object.values(of.needs ?? {}).flatMap((need) =>
      reachTargets(need, providersOf).flatMap((target) => (target.service === of.name ? [] : [target.service])),
    );
  }
}

function reachTargets(need: Need, providersOf: ProviderIndex): ReachGrant['targets'] {
  return reachedBy(need).flatMap((contract) =>
    (providersOf.get(contract) ?? []).map(({ name, address, url }) => ({ contract, service: name, ...address, url })),
  );
}

function clusterFacts({ name, domain, bind, admin }: Declaration): ClusterFacts {
  return { name, domain, bind, admin };
}

function secretsOf(
  services: readonly ResolvedService[],
  providers: Readonly<Record<string, Provider>>,
  others: readonly SecretRequest[],
): readonly SecretRequest[] {
  // A need of the same name says better what it is made of.
  const supplied = services.flatMap(({ family, override: { env = {} } }) =>
    Object.entries(env).flatMap(([variable, value]): readonly SecretRequest[] =>
      typeof value === 'object' ? [{ id: value.id, spec: { kind: 'supplied', about: `${variable} of ${family}` } }] : [],
    ),
  );
  const own = services.flatMap(({ name, service }) =>
    Object.entries(service.needs ?? {}).flatMap(([key, need]): readonly SecretRequest[] => {
      if (need.kind !== 'secret') return [];
      const { spec, keeps } = need.request as SecretNeedRequest;
      return [{ id: `${name}.${key}`, spec, ...(keeps ? { keeps } : {}) }];
    }),
  );
  const granted = services.flatMap(({ grants }) => grants.flatMap(({ secrets }) => secrets));
  const provided = Object.keys(providers).flatMap((kind) => lookUp(contracts, kind)?.providerSecrets ?? []);
  const byId = new Map([...supplied, ...own, ...granted, ...provided, ...others].map((request) => [request.id, request]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
