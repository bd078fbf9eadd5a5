import { beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import type { Service } from '../../src/service/index.ts';
import { run } from '../../src/kit/process.ts';
import { docker, succeed } from './support/command.ts';
import type { Container } from './support/containers.ts';
import { containersOf } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import type { EnforcedLimits } from './support/kernel-view.ts';
import { capabilityMask, lookInside } from './support/kernel-view.ts';
import { declaredContainers, domain, edgeOf, readStatus, startStarter } from './support/starter.ts';

const services: Readonly<Record<string, Service>> = catalog;
const hosts: Readonly<Record<string, string>> = {
  adminer: 'adminer',
  alertmanager: 'alertmanager',
  gate: 'auth',
  'ldap-account-manager': 'people',
  miniflux: 'feeds',
  mkdocs: 'docs',
  ntfy: 'ntfy',
  prometheus: 'prometheus',
  radicale: 'calendar',
};
const insideOnly = ['caddy', 'mariadb', 'mysqld-exporter', 'node-exporter', 'openldap', 'postgres-exporter', 'postgresql', 'valkey'];
const names = [...Object.keys(hosts), ...insideOnly].toSorted();

let starter: SharedCluster;
let containers: readonly Container[];

beforeAll(async () => {
  starter = await startStarter();
  containers = await containersOf(starter.name);
});

describe('the starter cluster', () => {
  test('is listed whole, healthy, and each routed service with its address', async () => {
    const { stack, release, services: listed } = readStatus(await succeed(starter.folder, ['status', '--json']));
    expect({ stack, release: release > 0 }).toEqual({ stack: starter.name, release: true });
    expect(listed.map(({ name }) => name)).toEqual(names);
    for (const service of listed) {
      const host = hosts[service.name];
      expect(service).toMatchObject({ state: 'running', health: 'healthy', drift: [] });
      expect(service.url).toBe(host === undefined ? null : `https://${host}.${domain}:${starter.https}`);
      expect(service.image).toMatch(new RegExp(`^datamancy/${starter.name}/[a-z-]+:[0-9a-f]{12}$`));
      expect(service.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    }
  });

  test('is listed for a person with every address', async () => {
    const printed = await succeed(starter.folder, ['status']);
    expect(printed).toContain(`${starter.name}  release `);
    expect(printed).toContain('17 of 17 healthy');
    for (const host of Object.values(hosts)) expect(printed).toContain(`https://${host}.${domain}:${starter.https}`);
  });

  test('answers at each address with a certificate of its own authority, and asks strangers to sign in', async () => {
    const edge = await edgeOf(starter);
    const { signal } = new AbortController();
    for (const [service, host] of Object.entries(hosts)) {
      const { status, headers } = await edge.ask({ host: `${host}.${domain}` }, signal);
      const access = services[service]?.route?.access ?? {};
      const isSentToSignIn = headers['location']?.split('?')[0] === `https://auth.${domain}:${starter.https}/`;
      const isGuarded = 'groups' in access && !('login' in access);
      expect({ service, isServed: status < 400, isSentToSignIn }).toEqual({ service, isServed: true, isSentToSignIn: isGuarded });
    }
  });

  test('shows every container on the engine by its labels, and no other bears them', () => {
    expect(containers.map(({ service }) => service)).toEqual(names);
    for (const { Config } of containers) {
      expect(Config.Labels).toMatchObject({
        'org.datamancy.cluster': starter.name,
        'org.datamancy.release': expect.stringMatching(/^\d+$/),
        'org.datamancy.digest': expect.stringMatching(/^[0-9a-f]{16}$/),
      });
    }
  });
});

describe.each(names)('the container of %s', (name) => {
  const allow = services[name]?.allow ?? {};

  function container(): Container {
    const found = containers.find(({ service }) => service === name);
    if (!found) throw new Error(`${name} has no container`);
    return found;
  }

  test('holds no privilege but what the catalog gives a reason for, as the kernel sees it', async () => {
    const seen = await lookInside(container());
    const capabilities = Object.keys(allow.capabilities ?? {});
    expect(container().HostConfig).toMatchObject({
      Privileged: false,
      CapDrop: ['ALL'],
      CapAdd: capabilities.length > 0 ? capabilities : null,
    });
    expect(seen.capabilityBound).toBe(capabilityMask(capabilities));
    expect(seen.noNewPrivileges).toBe(allow.privileges === undefined);
    expect(seen.userIds.includes(0)).toBe(allow.root !== undefined);
  });

  test('cannot write to its root file system', async () => {
    const isReadOnly = allow.writableRoot === undefined;
    const { stderr } = await run(['docker', 'exec', '--user', '0:0', container().Id, 'sh', '-c', 'echo x > /datamancy-probe']);
    expect({ declared: container().HostConfig.ReadonlyRootfs, found: stderr.includes('Read-only file system') }).toEqual({
      declared: isReadOnly,
      found: isReadOnly,
    });
  });

  test('runs under the limits that are declared, as the kernel enforces them', async () => {
    const declared = (await declaredContainers(starter))[name]?.deploy.resources.limits;
    const wanted: EnforcedLimits = { memoryBytes: Number(declared?.memory), cpus: Number(declared?.cpus), pids: declared?.pids ?? 0 };
    expect(Math.min(wanted.memoryBytes, wanted.cpus, wanted.pids)).toBeGreaterThan(0);
    expect((await lookInside(container())).limits).toEqual(wanted);
  });

  test('rotates its log', () => {
    expect(container().HostConfig.LogConfig).toMatchObject({ Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } });
  });

  test('is on the networks that are derived, and on no other', async () => {
    const derived = Object.keys((await declaredContainers(starter))[name]?.networks ?? {});
    expect(Object.keys(container().NetworkSettings.Networks).toSorted()).toEqual(
      derived.map((network) => `datamancy-${starter.name}_${network}`).toSorted(),
    );
  });
});

describe('the networks', () => {
  test('of data have no way out of the machine', async () => {
    const internal = await docker('network', 'inspect', '--format', '{{.Internal}}', `datamancy-${starter.name}_data`);
    expect(internal.trim()).toBe('true');
  });

  test('keep a container that is only at the edge from every database, by name and by address', async () => {
    const stores = Object.entries({ postgresql: 5432, mariadb: 3306, valkey: 6379, openldap: 389 });
    const found = await Promise.all(
      stores.map(async ([service, port]) => {
        const address = Object.values(containerNamed(service).NetworkSettings.Networks)[0]?.IPAddress ?? '';
        const ways = [canConnect('adminer', address, port), canConnect('mkdocs', address, port), canConnect('mkdocs', service, port)];
        return [service, ...(await Promise.all(ways))];
      }),
    );
    expect(found).toEqual(stores.map(([service]) => [service, true, false, false]));
  });

  test('publish nothing on the machine but the edge, on loopback', async () => {
    const published = await docker(
      'ps',
      '--filter',
      `label=org.datamancy.cluster=${starter.name}`,
      '--format',
      '{{.Label "org.datamancy.service"}} {{.Ports}}',
    );
    const open = published.split('\n').filter((line) => line.includes('->'));
    expect(open).toHaveLength(1);
    expect(open[0]).toMatch(/^caddy /);
    expect(open[0]).not.toMatch(/0\.0\.0\.0|\[?::\]?:/);
  });
});

function containerNamed(name: string): Container {
  const found = containers.find(({ service }) => service === name);
  if (!found) throw new Error(`${name} has no container`);
  return found;
}

async function canConnect(from: string, host: string, port: number): Promise<boolean> {
  const { status } = await run([
    'docker',
    'exec',
    containerNamed(from).Id,
    'timeout',
    '30',
    'bash',
    '-c',
    ': <> "/dev/tcp/$0/$1"',
    host,
    String(port),
  ]);
  return status === 0;
}
