import { clusterFolder } from '../../deploy/folder.ts';
import { writePrivateFiles } from '../../deploy/private-files.ts';
import { writeRelease } from '../../deploy/release.ts';
import { temporaryFolder } from '../../kit/testing/temporary-folder.ts';
import { renderCompose } from '../../render/compose.ts';
import { renderStack } from '../../render/render.ts';
import { placed } from '../../render/unit-files.ts';
import type { Enforced, ExecResult, Unit } from '../../runtime/runtime.ts';
import type { Secret, Service } from '../../service/index.ts';
import { containerPlacement } from '../../stack/placement.ts';
import { resolveStack } from '../../stack/resolve.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeAnswer, EdgeClient } from '../senses/edge.ts';
import { catalog } from './catalog.ts';

/** What the senses of a test see: everything is well but what a test says otherwise. */
export interface Seen {
  /** Services of the cluster; those of the usual test catalog where absent. */
  readonly catalog?: readonly Service[];
  readonly unit?: (unit: Unit) => Unit;
  readonly exec?: (service: string, argv: readonly string[], input: string | undefined) => Partial<ExecResult> | undefined;
  readonly supports?: Partial<CheckContext['runtime']['supports']>;
  readonly edge?: Partial<EdgeClient>;
  readonly host?: Partial<CheckContext['host']>;
  readonly digests?: Readonly<Record<string, string>>;
  /** Ports of the edge; 80 and 443 where absent. */
  readonly ports?: { readonly http: number; readonly https: number };
}

const digest = '0123456789abcdef';

/** The characters that a test's secret store gives for a secret. */
export function secretValue({ id, part }: Secret): string {
  return `value-of-${id}${part === undefined ? '' : `-${part}`}`;
}

/** A cluster that was brought up, as far as a check can see: rendered for real into a folder, everything behind the senses said. */
export async function seenCluster(seen: Seen = {}): Promise<CheckContext> {
  const folder = clusterFolder(await temporaryFolder());
  const stack = testStack(seen.ports, seen.catalog);
  const reveal = placed(stack, { secret: secretValue });
  const files = renderStack(stack).map((file) => ({ ...file, content: file.print(reveal) }));
  const digests = Object.fromEntries(stack.services.map(({ name }) => [name, digest]));
  const release = await writeRelease(folder, digests, (number) => [
    ...files.filter(({ isPrivate }) => !isPrivate),
    { path: 'compose.yaml', content: renderCompose(stack, { release: number, digests }) },
  ]);
  await writePrivateFiles(
    folder.privateDirectory,
    files.filter(({ isPrivate }) => isPrivate),
  );
  const units = stack.services.map((service) => wellUnit(stack, service)).map(seen.unit ?? ((unit) => unit));
  return {
    stack,
    folder,
    release,
    digests: seen.digests ?? digests,
    units,
    runtime: {
      supports: { exec: true, isolation: true, limits: true, networks: true, missing: [], ...seen.supports },
      observe: async () => units,
      logs: async () => [],
      exec: async (service, argv, { input }) => ({ status: 0, stdout: '', stderr: '', ...seen.exec?.(service, argv, input) }),
    },
    secret: secretValue,
    redact: (text) => text.replaceAll(/value-of-[\w.-]+/g, '[redacted]'),
    edge: { ask: unexpected, askPlain: unexpected, handshake: unexpected, ...seen.edge },
    host: {
      now: () => new Date(),
      space: unexpected,
      memory: unexpected,
      listeners: unexpected,
      addresses: unexpected,
      connects: unexpected,
      resolvers: async () => [],
      file: unexpected,
      ...seen.host,
    },
  };
}

async function unexpected(): Promise<never> {
  throw new Error('this sense is blind');
}

export function testStack(ports = { http: 80, https: 443 }, services = catalog): ResolvedStack {
  return resolveStack({
    declaration: {
      name: 'trial',
      domain: 'example.org',
      admin: { name: 'ada', email: 'ada@example.org' },
      images: 'debian',
      runtime: 'compose',
      tls: 'internal',
      bind: '127.0.0.1',
      ports: {},
      services: Object.fromEntries(services.map(({ name }) => [name, {}])),
    },
    catalog: Object.fromEntries(services.map((service) => [service.name, service])),
    placement: containerPlacement,
    ports,
    image: ({ debian = 'core' }) => ({ source: 'debian', reference: `datamancy/trial/${debian}:000000000000`, recipe: debian }),
  });
}

function wellUnit(stack: ResolvedStack, { name, service, limits, networks, image }: ResolvedService): Unit {
  return {
    service: name,
    state: 'healthy',
    digest,
    release: 1,
    image: image?.reference ?? '',
    imageId: 'sha256:0',
    restarts: 0,
    startedAt: '2026-01-01T00:00:00Z',
    exit: undefined,
    healthOutput: '',
    enforced: {
      user: service.user,
      memoryBytes: limits.memoryBytes,
      cpus: limits.cpus,
      pids: limits.pids,
      readOnlyRoot: true,
      noNewPrivileges: true,
      capDrop: ['ALL'],
      capAdd: Object.keys(service.allow?.capabilities ?? {}),
      logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3', compress: 'true' } },
      networks: networks.map((network) => `datamancy-${stack.name}_${network}`),
      published: publishedOf(stack, name),
      mounts: Object.values(service.volumes ?? {}).map(({ path }) => ({ source: 'volume', target: path, writable: true })),
    },
  };
}

function publishedOf({ edge, providers }: ResolvedStack, name: string): Enforced['published'] {
  return name === providers['edge']?.name ? [edge.http, edge.https].map((port) => ({ address: edge.bind, port })) : [];
}

/** What the edge answers, with nothing in it but what a test says. */
export function answerOf(status: number, more: Partial<EdgeAnswer> = {}): EdgeAnswer {
  return { status, headers: {}, cookies: [], body: '', ...more };
}

/** The unit of one service changed, all others as they are. */
export function changed(service: string, change: Partial<Unit>): (unit: Unit) => Unit {
  return (unit) => (unit.service === service ? { ...unit, ...change } : unit);
}
