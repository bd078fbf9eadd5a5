import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCompose } from '../../src/render/compose.ts';
import { bytesOf } from '../../src/stack/memory.ts';
import { secretFileName } from '../../src/stack/expand.ts';
import type { ResolvedStack } from '../../src/stack/stack.ts';
import { serviceOf } from '../../src/stack/stack.ts';
import { resolveGolden, treeOf } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

interface Compose {
  readonly services: Readonly<Record<string, { readonly networks: Readonly<Record<string, { readonly aliases?: readonly string[] }>> }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: true; readonly ipam?: { readonly config: readonly unknown[] } }>>;
}

/** The smallest cluster with a service, and more beside it. */
function clusterWith(name: string, ...others: readonly string[]): ResolvedStack {
  const cluster = smallestCluster(name);
  const services = { ...cluster.declaration.services, ...Object.fromEntries(others.map((other) => [other, {}])) };
  return resolveGolden({ ...cluster, declaration: { ...cluster.declaration, services } });
}

function composeOf(stack: ResolvedStack): Compose {
  return parse(renderCompose(stack, { release: 1, digests: {} })) as Compose;
}

test('Mailu believes only the edge and its own units about who asks and who may send, from addresses that are fixed', () => {
  const stack = clusterWith('mailu', 'planka');
  const compose = composeOf(stack);
  const { networks: doors } = compose;
  const units = stack.services.filter(({ family }) => family === 'mailu');
  const { SUBNET } = units[0]?.env ?? {};
  expect(SUBNET).toMatch(/^10\.\d+\.\d+\.\d+\/27$/);
  expect(doors['fixed-door-mailu']?.ipam).toEqual({ config: [{ subnet: SUBNET }] });
  for (const { env } of units.filter((unit) => unit.env['SUBNET'] !== undefined))
    expect(env).toMatchObject({ SUBNET, PROXY_AUTH_WHITELIST: SUBNET, REAL_IP_FROM: SUBNET });

  // The edge is on `apps` too, and finds it there by its own name.
  expect(treeOf(stack).get('releases/1/caddy/Caddyfile')).toContain('reverse_proxy mailu.door:80 ');
  expect(compose.services['mailu']?.networks['fixed-door-mailu']?.aliases).toContain('mailu.door');
  expect(compose.services['mailu']?.networks['apps']?.aliases).not.toContain('mailu.door');

  const onDoor = stack.services.filter(({ networks }) => networks.includes('fixed-door-mailu')).map(({ family }) => family);
  expect([...new Set(onDoor)].toSorted()).toEqual(['caddy', 'mailu']);
  expect(serviceOf(stack, 'mailu')?.networks).toEqual(['apps', 'data-for-mailu', 'fixed-door-mailu']);
  expect(serviceOf(stack, 'mailu-admin')?.networks).toEqual(['data-for-mailu', 'fixed-door-mailu']);
  expect(stack.services.filter(({ networks }) => networks.includes('data-for-mailu')).map(({ name }) => name)).toContain('postgresql');
  expect(doors['data-for-mailu']?.internal).toBe(true);
});

test('units of Mailu find each other on the door, also where they share another network', () => {
  const stack = clusterWith('mailu');
  const compose = composeOf(stack);
  const { env } = serviceOf(stack, 'mailu-smtp') ?? {};
  expect(env).toMatchObject({
    FRONT_ADDRESS: 'mailu.door',
    ADMIN_ADDRESS: 'mailu-admin.door',
    IMAP_ADDRESS: 'mailu-imap.door',
    SMTP_ADDRESS: 'mailu-smtp.door',
    ANTISPAM_ADDRESS: 'mailu-antispam.door',
    WEBMAIL_ADDRESS: 'mailu-webmail.door',
  });
  expect(JSON.stringify(serviceOf(stack, 'mailu-antispam')?.files)).toContain('mailu-cache.door');
  for (const { name } of stack.services.filter(({ family }) => family === 'mailu'))
    expect(compose.services[name]?.networks['fixed-door-mailu']?.aliases).toContain(`${name}.door`);
});

test.each(['mongo-express', 'redpanda-connect', 'filebrowser', 'dockge', 'docker-registry', 'kopia', 'syncthing', 'qbittorrent'])(
  '%s asks nobody who comes, or not the first, so no other app shares a network with it',
  (name) => {
    const stack = clusterWith(name, 'planka');
    const own = serviceOf(stack, name)?.networks ?? [];
    expect(own).toContain(`door-${name}`);
    expect(serviceOf(stack, 'planka')?.networks.filter((network) => own.includes(network))).toEqual([]);
  },
);

test('a post of Mastodon may be embedded elsewhere, because its own policy holds every other page', () => {
  const site = treeOf(clusterWith('mastodon')).get('releases/1/caddy/Caddyfile')?.split('https://mastodon.')[1] ?? '';
  const [own] = site.split('\n}');
  expect(own).toContain('import site');
  expect(own).not.toContain('import frames');
});

test('pgAdmin and Dozzle meet whom they ask where none of the others is that ask them too', () => {
  const databases = clusterWith('pgadmin', 'planka');
  expect(serviceOf(databases, 'pgadmin')?.networks).toEqual(['data-for-pgadmin', 'door-pgadmin']);
  expect(serviceOf(databases, 'planka')?.networks).toEqual(['apps', 'data', 'edge']);
  expect(serviceOf(databases, 'postgresql')?.networks).toEqual(['data', 'data-for-pgadmin']);
  expect(serviceOf(clusterWith('dozzle'), 'dozzle')?.networks).toEqual(['door-dozzle', 'engine-for-dozzle']);
});

test('ONLYOFFICE reaches what it edits for at the public address, through the edge, and trusts its certificate', () => {
  const stack = clusterWith('seafile', 'onlyoffice', 'postgresql');
  const { networks } = composeOf(stack).services['caddy'] ?? {};
  expect(networks?.['edge']?.aliases).toContain(`seafile.${stack.domain}`);
  const office = serviceOf(stack, 'onlyoffice');
  expect(office?.networks).toContain('edge');
  expect(office?.env).toHaveProperty('NODE_EXTRA_CA_CERTS');
  expect(office?.secretFiles.map(secretFileName)).toEqual(['cluster.authority.certificate']);
});

test('jobs of Forgejo are those of one owner, and its runner has no writable root', () => {
  const stack = clusterWith('forgejo');
  const { allow, volumes } = serviceOf(stack, 'forgejo-runner')?.service ?? {};
  expect([allow?.writableRoot, volumes?.['jobs']?.path]).toEqual([undefined, '/data']);
  expect(serviceOf(stack, 'forgejo')?.setup.find(({ title }) => title === 'the runner')?.argv.join(' ')).toContain('--scope "$scope"');
  expect(serviceOf(stack, 'forgejo')?.service.caution).toContain('can read the token');
});

test.each([
  ['synapse', 'TMPDIR', '/var/lib/synapse-uploads'],
  ['paperless-ngx', 'PAPERLESS_SCRATCH_DIR', '/usr/src/paperless/scratch'],
  ['forgejo', 'GITEA_TEMP', '/var/lib/forgejo-temp'],
  ['outline', 'TMPDIR', '/var/lib/outline/tmp'],
  ['roundcube', 'ROUNDCUBEMAIL_TEMP_DIR', '/var/roundcube/tmp'],
])('%s has what passes through it on a disk, where a backup skips it', (name, variable, path) => {
  const { env, service } = serviceOf(clusterWith(name), name) ?? {};
  expect(env?.[variable]).toBe(path);
  const { role, backup } = Object.values(service?.volumes ?? {}).find((volume) => volume.path === path) ?? {};
  expect([role, typeof backup]).toEqual(['cache', 'object']);
});

test.each(['nextcloud', 'onlyoffice', 'planka', 'stirling-pdf', 'whisper', 'open-webui'])(
  '%s has room in memory for what passes through it, and memory for that room',
  (name) => {
    const { limits, service } = serviceOf(clusterWith(name), name) ?? {};
    const room = (service?.tmpfs ?? []).flatMap((one) => (typeof one === 'string' ? [] : [bytesOf(one.size ?? '64MiB')]));
    expect(Math.max(...room)).toBeGreaterThanOrEqual(512 * 1024 ** 2);
    expect(limits?.memoryBytes).toBeGreaterThanOrEqual(2 * Math.max(...room));
  },
);

test('what Nextcloud empties its caches with cannot name the keys of others', () => {
  const stack = clusterWith('nextcloud');
  expect(stack.grants.filter(({ kind }) => kind === 'valkey').map(({ client }) => client)).not.toContain('nextcloud');
  expect(serviceOf(stack, 'nextcloud-cache')?.networks.length).toBeGreaterThan(0);
});
