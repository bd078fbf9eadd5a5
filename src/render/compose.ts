import type { CertificateGrant } from '../contracts/index.ts';
import { contracts } from '../contracts/index.ts';
import type { Argument, Secret, Tmpfs, Value } from '../service/index.ts';
import { printValue } from '../service/index.ts';
import { doorAddresses, doorHost } from '../stack/door.ts';
import { secretFileName } from '../stack/expand.ts';
import { bytesOf } from '../stack/memory.ts';
import type { NetworkName, ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { usualEngineSocket } from '../stack/placement.ts';
import { mounts } from '../stack/stack.ts';
import { healthCheck } from './health-check.ts';
import { isInternal, projectName } from './project.ts';
import { publishedPorts } from './published-ports.ts';
import { byPath, configFilesOf, envFileOf, placed, secretPath, splitEnv } from './unit-files.ts';
import type { UnitFile } from './unit-files.ts';
import { volumeName } from './volume-name.ts';
import { printYaml } from './yaml.ts';

/** From the directory of a release, where compose.yaml lies, to the files that show secrets. */
const privateDirectory = '../../private';
const tmpSize = '64m';

/** What differs between two releases of the same stack. */
export interface Stamp {
  readonly release: number;
  readonly digests: Readonly<Record<string, string>>;
}

/** compose.yaml of a release. It shows no secret, and `docker compose up --wait` on it alone brings the same stack up. */
export function renderCompose(stack: ResolvedStack, stamp: Stamp): string {
  const services = stack.services.map((resolved): [string, object] => {
    const { name } = resolved;
    const service = renderComposeService(stack, resolved);
    const stamped = { release: String(stamp.release), digest: stamp.digests[name] ?? '' };
    return [name, { ...service, labels: { ...ownLabels(stack, name), ...prefixed(stamped) } }];
  });
  return printYaml(
    withoutInterpolation({
      name: projectName(stack),
      services: Object.fromEntries(services),
      networks: networksOf(stack),
      ...whenAny('volumes', volumesOf(stack)),
      ...whenAny('secrets', secretsOf(stack)),
    }),
  );
}

/** One service as Compose wants it, without the labels that name the release. `$` is not yet escaped. */
export function renderComposeService(stack: ResolvedStack, resolved: ResolvedService): object {
  const { name, family, service, image, command, dependsOn, secretFiles } = resolved;
  const { allow = {}, user, stopSeconds, shm, volumes = {} } = service;
  const envFile = envFileOf(stack, resolved);
  return {
    image: image?.reference ?? '',
    pull_policy: image?.source === 'debian' ? 'never' : 'missing',
    user,
    init: allow.ownInit === undefined,
    restart: 'unless-stopped',
    stop_grace_period: `${stopSeconds ?? 10}s`,
    read_only: allow.writableRoot === undefined,
    cap_drop: ['ALL'],
    ...whenAny('cap_add', Object.keys(allow.capabilities ?? {}).toSorted()),
    ...(allow.privileges === undefined ? { security_opt: ['no-new-privileges:true'] } : {}),
    tmpfs: tmpfsOf(resolved),
    ...(shm === undefined ? {} : { shm_size: String(bytesOf(shm)) }),
    deploy: { resources: resourcesOf(resolved) },
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3', compress: 'true' } },
    ...(command ? { command: command.map((argument) => openText(stack, resolved, argument)) } : {}),
    ...whenAny(
      'environment',
      mapValues(splitEnv(resolved).open, (value) => openText(stack, resolved, value)),
    ),
    ...(envFile ? { env_file: [`${privateDirectory}/${envFile.path}`] } : {}),
    ...whenAny('volumes', [
      ...Object.keys(volumes)
        .filter((volume) => mounts(resolved, volume))
        .toSorted()
        .map((volume) => ({
          type: 'volume',
          source: volumeName(family, volume),
          target: stack.placement.volume(family, volume, volumes[volume]?.path ?? ''),
        })),
      ...(service.hostPaths ?? []).toSorted(byPath).map(({ path, target, writable }) => ({
        type: 'bind',
        source: path === usualEngineSocket ? (stack.placement.engineSocket ?? path) : path,
        target: target ?? path,
        read_only: writable === undefined,
        bind: { create_host_path: false },
      })),
      ...mountsOf(stack, resolved).map(({ path, isPrivate, target }) => ({
        type: 'bind',
        source: `${isPrivate ? privateDirectory : '.'}/${path}`,
        target,
        read_only: true,
        bind: { create_host_path: false },
      })),
    ]),
    ...whenAny(
      'secrets',
      secretFiles.map((secret) => ({
        source: secretFileName(secret),
        target: stack.placement.secretFile(secretFileName(secret)),
      })),
    ),
    ...attachmentOf(stack, resolved),
    ...whenAny('ports', publishedPorts(stack, resolved)),
    healthcheck: healthCheck(stack, resolved),
    ...whenAny('depends_on', Object.fromEntries(dependsOn.map((other) => [other, { condition: 'service_healthy' }]))),
    labels: ownLabels(stack, name),
  };
}

/** Its files, and a folder as one. */
function mountsOf(stack: ResolvedStack, resolved: ResolvedService): readonly (UnitFile['mount'] & { readonly isPrivate: boolean })[] {
  const mounts = configFilesOf(stack, resolved).map(({ mount, isPrivate }) => ({ ...mount, isPrivate }));
  return [...new Map(mounts.map((mount) => [mount.path, mount])).values()];
}

/** The first graphics card that is free; how much memory it has is asked before anything is installed. */
function resourcesOf({ limits, service: { gpu } }: ResolvedService): object {
  return {
    limits: { memory: String(limits.memoryBytes), cpus: String(limits.cpus), pids: limits.pids },
    ...(gpu ? { reservations: { devices: [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }] } } : {}),
  };
}

function tmpfsOf({ service }: ResolvedService): readonly string[] {
  const [uid, gid] = service.user.split(':');
  const asked = (service.tmpfs ?? []).map((one): Tmpfs => (typeof one === 'string' ? { path: one } : one));
  const own = asked.toSorted(byPath).map(({ path, size, exec }) => {
    const owner = path === '/tmp' ? 'mode=1777' : `uid=${uid},gid=${gid},mode=0755`;
    return `${path}:size=${size === undefined ? tmpSize : bytesOf(size)},${owner}${exec === undefined ? '' : ',exec'}`;
  });
  return asked.some(({ path }) => path === '/tmp') ? own : [`/tmp:size=${tmpSize},mode=1777`, ...own];
}

/**
 * The edge alone answers to the names of the sign-on server and of those that a provider calls back, so that a unit reaches them at
 * their public addresses. A server with a certificate of its own answers to the name in it.
 */
function attachmentOf(stack: ResolvedStack, { name, family, networks, grants }: ResolvedService): object {
  if (networks.length === 0) return { network_mode: 'none' };
  const edgeAliases = name === stack.providers['edge']?.name ? hostsAskedInside(stack) : [];
  const aliases = grants.flatMap(({ kind, grant }) => (kind === 'certificate' ? [(grant as CertificateGrant).host] : []));
  const aliasesOn = (network: NetworkName): readonly string[] => [
    ...(network === 'edge' ? edgeAliases : network === `fixed-door-${family}` ? [doorHost(name)] : []),
    ...aliases,
  ];
  const attached = networks.map((network) => [network, whenAny('aliases', aliasesOn(network))]);
  return { networks: Object.fromEntries(attached) };
}

function hostsAskedInside({ services, providers }: ResolvedStack): readonly string[] {
  const isCalledBack = ({ grants }: ResolvedService): boolean => grants.some(({ kind }) => contracts[kind]?.callsBack === true);
  return services.flatMap((one) =>
    one.host !== undefined && (one.name === providers['sign-on']?.name || isCalledBack(one)) ? [one.host] : [],
  );
}

function networksOf(stack: ResolvedStack): Readonly<Record<string, object>> {
  const used = new Set<NetworkName>(stack.services.flatMap(({ networks }) => networks));
  const fixed = new Map(stack.services.map(({ name, access }) => [`fixed-door-${name}`, doorAddresses(stack.name, name, access)]));
  return Object.fromEntries([...used].toSorted().map((network) => [network, networkOf(network)]));

  function networkOf(network: NetworkName): object {
    const subnet = fixed.get(network);
    return {
      ...(isInternal(network) ? { internal: true } : {}),
      ...(subnet === undefined ? {} : { ipam: { config: [{ subnet }] } }),
      labels: clusterLabels(stack),
    };
  }
}

function volumesOf(stack: ResolvedStack): Readonly<Record<string, object>> {
  return Object.fromEntries(
    stack.services.flatMap(({ family, service }) =>
      Object.keys(service.volumes ?? {})
        .toSorted()
        .map((volume) => [volumeName(family, volume), { labels: ownLabels(stack, family) }]),
    ),
  );
}

function secretsOf({ services }: ResolvedStack): Readonly<Record<string, object>> {
  const mounted = new Map(services.flatMap(({ secretFiles }) => secretFiles.map((secret) => [secretFileName(secret), secret])));
  return Object.fromEntries(
    [...mounted.keys()].toSorted().flatMap((name) => {
      const secret = mounted.get(name);
      return secret ? [[name, { file: `${privateDirectory}/${secretPath(secret)}` }]] : [];
    }),
  );
}

function ownLabels(stack: ResolvedStack, service: string): Readonly<Record<string, string>> {
  return { ...clusterLabels(stack), ...prefixed({ service }) };
}

function clusterLabels({ name }: ResolvedStack): Readonly<Record<string, string>> {
  return prefixed({ cluster: name });
}

function prefixed(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`org.datamancy.${key}`, value]));
}

/** Text that shows no secret: what does is in the env file, and the types keep it off a command line. */
function openText(stack: ResolvedStack, service: ResolvedService, value: Value | Argument): string {
  return printValue(value, placed(stack, { secret: refuse }));

  function refuse({ id }: Secret): never {
    throw new Error(`${service.name}: the secret ${id} would be shown in compose.yaml`);
  }
}

/** Compose reads `$` as the start of a variable in every string; `$$` stands for itself. */
function withoutInterpolation<Tree>(tree: Tree): Tree;
function withoutInterpolation(tree: unknown): unknown {
  if (typeof tree === 'string') return tree.replaceAll('$', '$$$$');
  if (Array.isArray(tree)) return tree.map(withoutInterpolation);
  if (typeof tree === 'object' && tree !== null) return mapValues(tree as Readonly<Record<string, unknown>>, withoutInterpolation);
  return tree;
}

function whenAny(key: string, items: readonly unknown[] | Readonly<Record<string, unknown>>): object {
  return Object.keys(items).length === 0 ? {} : { [key]: items };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
