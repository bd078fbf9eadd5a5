import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contracts, reachedBy } from '../contracts/index.ts';
import type { Service } from '../service/index.ts';
import { catalog } from './index.ts';

const folder = import.meta.dirname;
const images = join(folder, '../../images');
const services: readonly Service[] = Object.values(catalog);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.includes('/') && file.endsWith('.ts'));

/** Contracts that the stack itself reads, and those that are there for services of an owner. */
const stackContracts = ['alerting', 'containers', 'edge', 'machine', 'metrics', 'notify', 'probes', 'sign-on'];
const ownersContracts = ['browser'];
const offered = new Set(services.flatMap(({ provides = {} }) => Object.keys(provides)));
const reached = services.flatMap(contractsReached);
const licences = /^(?:[A-Z][A-Za-z0-9.+-]*)(?: (?:OR|AND) [A-Z][A-Za-z0-9.+-]*)*$/;

interface RecordedContract {
  readonly image: string | null;
  readonly user: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly paths: Readonly<Record<string, string>>;
  readonly tools: readonly string[];
}

interface Recorded {
  readonly contract: RecordedContract;
  readonly deviations: readonly { readonly what: string; readonly ours?: unknown }[];
}

/** Kinds of providers that it asks for addresses of. */
function contractsReached({ needs = {} }: Service): readonly string[] {
  return Object.values(needs).flatMap(reachedBy);
}

test('services.ts names every file of the folder', () => {
  expect(Object.keys(catalog)).toEqual(files.map((file) => basename(file, '.ts')).toSorted());
});

test.each(Object.entries(catalog))('%s is listed under its own name', (name, service) => {
  expect(service.name).toBe(name);
});

test('no two services want the same host', () => {
  const hosts = services.filter(({ route }) => route).map(({ name, route }) => route?.host ?? name);
  const signOnServers = services.filter(({ provides }) => provides?.['sign-on']).length;
  expect(hosts.length - new Set(hosts).size).toBe(signOnServers - 1);
});

test('no alert has the name of another', () => {
  const names = services.flatMap(({ alerts = [] }) => alerts.map(({ name }) => name));
  expect(names).toEqual([...new Set(names)]);
});

test('no six lines are the same in two files', () => {
  const seen = new Map<string, string>();
  const repeated = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('import '));
    return text.slice(5).flatMap((_, i) => {
      const run = text.slice(i, i + 6).join('\n');
      const first = seen.get(run) ?? file;
      seen.set(run, first);
      return first === file ? [] : [`${first} and ${file}: ${run}`];
    });
  });
  expect(repeated).toEqual([]);
});

test('half of the files have 60 lines at most', () => {
  const lengths = files.map((file) => readFileSync(join(folder, file), 'utf8').split('\n').length - 1).toSorted((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(60);
});

describe.each(services)('$name', (service) => {
  const { name, image, debian, user, ports, health, route, metrics, publish = [], volumes = {}, provides = {}, needs = {} } = service;

  const isMeasured = [metrics, ...Object.values(service.workers ?? {}).map((worker) => worker.metrics)].some((it) => it !== undefined);

  test('lies in a file of its name, in the folder of its category', () => {
    expect(files).toContain(`${service.category}/${name}.ts`);
  });

  test('says what it is, under which licence, and where its documentation is', () => {
    expect(service.title).not.toBe('');
    expect(service.summary).toMatch(/^\p{L}.{15,120}\.$/u);
    expect(service.docs).toMatch(/^https:\/\/[\w.-]+\/\S*$/);
    expect(service.licence).toMatch(licences);
  });

  test('has an image that is pinned to a version, or says why not, or a recipe', () => {
    expect(image ?? debian).toBeDefined();
    const isVersioned = service.allow?.floatingTag === undefined;
    expect(isVersioned ? (image ?? 'none:0.0') : 'none:0.0').toMatch(
      /^[\w./-]+:(?:[a-z]+-)?v?(?:\d+\.\d+|\d{4}-\d{2}-\d{2})[\w.-]*(?:@sha256:[0-9a-f]{64})?$/,
    );
    expect(debian === undefined || existsSync(join(images, debian, 'Dockerfile'))).toBe(true);
  });

  test('runs as an ordinary user, or says why not', () => {
    expect(user).toMatch(/^\d+:\d+$/);
    expect(!user.startsWith('0:') || service.allow?.root !== undefined).toBe(true);
    for (const reason of Object.values(service.allow?.capabilities ?? {})) expect(reason.length).toBeGreaterThan(20);
  });

  test('names only ports that it has', () => {
    const named = [
      ...publish,
      ...('port' in health ? [health.port] : []),
      ...(route ? [route.port] : []),
      ...(metrics ? [metrics.port] : []),
    ];
    const provided = Object.values(provides).map(({ port }) => port);
    expect(Object.keys(ports)).toEqual(expect.arrayContaining([...named, ...provided]));
  });

  test('listens on no port twice', () => {
    const numbers = Object.values(ports).map(({ protocol, number }) => `${number}/${protocol === 'udp' ? 'udp' : 'tcp'}`);
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  test('publishes a port only where it is the edge or speaks no HTTP', () => {
    for (const port of publish) expect(provides['edge'] !== undefined || ports[port]?.protocol !== 'http').toBe(true);
  });

  test('offers and needs only what a contract describes', () => {
    const known = [...Object.keys(contracts), ...stackContracts, ...ownersContracts, ...reached];
    for (const kind of Object.keys(provides)) expect(known).toContain(kind);
    for (const { kind } of Object.values(needs)) expect([...Object.keys(contracts), 'secret', 'reach']).toContain(kind);
    for (const kind of contractsReached(service)) expect([...offered]).toContain(kind);
  });

  test('has alerts only with figures to judge, each with a sentence', () => {
    for (const { name: alert, expr, summary } of service.alerts ?? []) {
      expect(alert).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(summary).toMatch(/^[A-Z].{15,120}\.$/);
      expect(expr).toMatch(/[<>=]/);
    }
    expect(isMeasured || (service.alerts ?? []).length === 0).toBe(true);
  });

  test('has three to six panels to draw where there are figures, and none elsewhere', () => {
    const { dashboard = [] } = service;
    expect([dashboard.length >= 3, dashboard.length <= 6]).toEqual([isMeasured, true]);
    expect(new Set(dashboard.map(({ title }) => title)).size).toBe(dashboard.length);
    for (const { title, expr } of dashboard) {
      expect(title).toMatch(/^[A-Z][\w ,]{2,50}$/);
      expect(expr).toMatch(/^[^\s].*[^\s]$/);
    }
  });

  test('gives a reason for each volume that is not backed up', () => {
    const reasons = Object.values(volumes).flatMap(({ backup }) => (typeof backup === 'string' ? [] : [backup.skip]));
    expect(reasons.filter((reason) => reason.length < 20)).toEqual([]);
  });

  test('is frozen', () => {
    expect(Object.isFrozen(service)).toBe(true);
  });
});

describe.each(services.filter(({ debian }) => debian !== undefined))('the image that is built for $name', ({ debian = '', ...service }) => {
  const { contract, deviations }: Recorded = JSON.parse(readFileSync(join(images, debian, 'contract.json'), 'utf8')) as Recorded;
  const ours = <T>(what: string, upstream: T): T =>
    (deviations.find((deviation) => deviation.what === what)?.ours as T | undefined) ?? upstream;

  test('stands in for the upstream image that is named', () => {
    expect([contract.image, undefined]).toContain(service.image);
  });

  test('runs as the same user', () => {
    const accounts: Readonly<Record<string, string>> = { '': '0:0', nobody: '65534:65534', '65534': '65534:65534', 'www-data': '33:33' };
    const account = ours('user', contract.user);
    expect(accounts[account] ?? account).toBe(service.user);
  });

  test('listens where the definition says', () => {
    const [main = { number: 0 }] = Object.values(service.ports);
    const named = ours('ports', contract.ports);
    expect(named.length === 0 || named.includes(String(main.number))).toBe(true);
  });

  test('keeps its data in the volumes of the definition', () => {
    const paths = Object.values(service.volumes ?? {}).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([...ours('volumes', contract.volumes)]));
    for (const path of paths) {
      const known = [...contract.volumes, ...Object.values(contract.paths)];
      expect(known.some((other) => other === path || dirname(other) === path)).toBe(true);
    }
  });

  test('has the program that the healthcheck calls', () => {
    const { health } = service;
    const program = 'command' in health ? health.command[0] : (health.via ?? 'wget');
    const everywhere = ['sh', ...('command' in health || 'path' in health ? [] : ['wget'])];
    expect([...everywhere, ...contract.tools]).toContain(program);
  });
});
