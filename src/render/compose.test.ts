import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Service } from '../service/index.ts';
import { file, lines, text, volume } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleSecret, sampleService, sampleSignOn, sampleStack } from '../stack/sample.ts';
import type { SampleOptions } from '../stack/sample.ts';
import { renderCompose } from './compose.ts';

interface Unit {
  readonly [key: string]: unknown;
}

test('a unit is hardened and limited unless its definition says why not', () => {
  const unit = unitOf(sampleService('plain'));
  expect(unit).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    init: true,
    restart: 'unless-stopped',
    deploy: { resources: { limits: { memory: String(128 * 1024 ** 2), cpus: '1', pids: 256 } } },
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3', compress: 'true' } },
  });
  expect(unit).not.toHaveProperty('cap_add');
});

test('each stated exception loosens that one thing', () => {
  const unit = unitOf(
    sampleService('loose', {
      allow: { writableRoot: 'it must', privileges: 'it must', capabilities: { SETUID: 'it must', CHOWN: 'it must' } },
    }),
  );
  expect(unit).toMatchObject({ read_only: false, cap_drop: ['ALL'], cap_add: ['CHOWN', 'SETUID'] });
  expect(unit).not.toHaveProperty('security_opt');
});

test('an image with a first process of its own is given no other', () => {
  expect(unitOf(sampleService('loose', { allow: { ownInit: 'it must' } }))).toMatchObject({ init: false });
});

test('a directory in memory has the size that is asked for, and programs in it only for a reason', () => {
  const tmpfs: Service['tmpfs'] = ['/run/app', { path: '/tmp', size: '1GiB' }, { path: '/run', exec: 'its services are made there' }];
  expect(unitOf(sampleService('app', { tmpfs }))['tmpfs']).toEqual([
    '/run:size=64m,uid=1000,gid=1000,mode=0755,exec',
    '/run/app:size=64m,uid=1000,gid=1000,mode=0755',
    `/tmp:size=${1024 ** 3},mode=1777`,
  ]);
  expect(unitOf(sampleService('app', { tmpfs: ['/run'] }))['tmpfs']).toEqual([
    '/tmp:size=64m,mode=1777',
    '/run:size=64m,uid=1000,gid=1000,mode=0755',
  ]);
});

test('what a unit sees of the machine is read-only, and is never made by the engine', () => {
  const reason = 'a test';
  const hostPaths: Service['hostPaths'] = [
    { path: '/srv/films', target: '/media', reason, writable: 'people put films there' },
    { path: '/proc', target: '/host/proc', reason },
  ];
  expect(unitOf(sampleService('app', { hostPaths }))['volumes']).toEqual([
    { type: 'bind', source: '/proc', target: '/host/proc', read_only: true, bind: { create_host_path: false } },
    { type: 'bind', source: '/srv/films', target: '/media', read_only: false, bind: { create_host_path: false } },
  ]);
});

test('a variable that shows a secret is in the env file and nowhere in compose.yaml', () => {
  const service = sampleService('app', {
    env: () => ({
      OPEN: 'yes',
      URL: text`redis://app:${sampleSecret('app.cache')}@cache:6379`,
      KEY_FILE: file(sampleSecret('app.key')),
    }),
  });
  const unit = unitOf(service);
  expect(unit['environment']).toEqual({ KEY_FILE: '/run/secrets/app.key', OPEN: 'yes' });
  expect(unit['env_file']).toEqual(['../../private/app.env']);
  expect(unit['secrets']).toEqual([{ source: 'app.key', target: '/run/secrets/app.key' }]);
});

test('a dollar sign is itself, in the environment, the command and a label alike', () => {
  const rendered = composeOf([sampleService('app', { env: () => ({ A: '$HOME' }), command: () => ['echo', '${B}'] })]);
  expect(rendered).toContain('A: "$$HOME"');
  expect(rendered).toContain('- "$${B}"');
});

test('a config file that shows a secret comes from the private directory, another from the release', () => {
  const unit = unitOf(
    sampleService('app', {
      files: {
        open: { path: '/etc/app/open.conf', content: () => lines('a = b') },
        shut: { path: '/etc/app/shut.conf', content: () => lines(text`key = ${sampleSecret('app.key')}`) },
      },
    }),
  );
  expect(unit['volumes']).toEqual([
    {
      type: 'bind',
      source: './app/open.conf',
      target: '/etc/app/open.conf',
      read_only: true,
      bind: { create_host_path: false },
    },
    {
      type: 'bind',
      source: '../../private/app/shut.conf',
      target: '/etc/app/shut.conf',
      read_only: true,
      bind: { create_host_path: false },
    },
  ]);
});

test('the edge alone answers to the name of the sign-on server, on the ports that are published', () => {
  const compose = parsed([sampleEdge, sampleSignOn, sampleApp('blog')], { ports: { http: 8080, https: 8443 } });
  expect(compose.services['caddy']?.['networks']).toEqual({ edge: { aliases: ['auth.example.org'] } });
  expect(compose.services['blog']?.['networks']).toEqual({ edge: {} });
  expect(compose.services['caddy']?.['ports']).toEqual([
    { mode: 'host', host_ip: '127.0.0.1', target: 8080, published: '8080', protocol: 'tcp' },
    { mode: 'host', host_ip: '127.0.0.1', target: 8443, published: '8443', protocol: 'tcp' },
  ]);
  expect(compose.services['blog']).not.toHaveProperty('ports');
});

test('a unit that needs nobody is on no network', () => {
  expect(unitOf(sampleService('hermit'))).toMatchObject({ network_mode: 'none' });
});

test('every name on the engine tells whose it is', () => {
  const compose = parsed([sampleApp('blog', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } })]);
  expect(compose.name).toBe('datamancy-test');
  expect(compose.networks['edge']?.['labels']).toEqual({ 'org.datamancy.cluster': 'test' });
  expect(compose.volumes['blog-data']?.['labels']).toEqual({ 'org.datamancy.cluster': 'test', 'org.datamancy.service': 'blog' });
  expect(compose.services['blog']?.['labels']).toEqual({
    'org.datamancy.cluster': 'test',
    'org.datamancy.service': 'blog',
    'org.datamancy.release': '7',
    'org.datamancy.digest': 'abc',
  });
});

function unitOf(service: Service): Unit {
  return parsed([service]).services[service.name] ?? {};
}

function parsed(services: readonly Service[], options: SampleOptions = {}) {
  // compose.yaml has this shape; what is in it is what the tests are about.
  return parse(composeOf(services, options)) as Readonly<Record<'services' | 'networks' | 'volumes', Readonly<Record<string, Unit>>>> & {
    readonly name: string;
  };
}

function composeOf(services: readonly Service[], options: SampleOptions = {}): string {
  const stack = sampleStack(services, options);
  const digests = Object.fromEntries(stack.services.map(({ name }) => [name, 'abc']));
  return renderCompose(stack, { release: 7, digests });
}

test('a worker mounts the volumes and files of its service, which each exist once', () => {
  const social = sampleApp('social', {
    volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) },
    files: { main: { path: '/etc/social', content: () => lines('a') } },
    workers: { queue: { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } },
  });
  const { services, volumes } = parse(composeOf([sampleEdge, social])) as Record<string, Record<string, Unit>>;
  expect(Object.keys(volumes ?? {})).toEqual(['social-data']);
  expect(volumes?.['social-data']).toMatchObject({ labels: { 'org.datamancy.service': 'social' } });
  expect(services?.['social-queue']?.['volumes']).toEqual(services?.['social']?.['volumes']);
  expect(services?.['social-queue']).toMatchObject({ command: ['work'], depends_on: { social: { condition: 'service_healthy' } } });
});

test('a volume that is only for one worker is mounted by no other unit, whatever they share', () => {
  const worker = { health: { command: ['true'] as const }, limits: { memory: '64MiB', cpus: 1 } as const, command: () => ['work'] };
  const social = sampleApp('social', {
    volumes: { homes: volume('/home', { role: 'data', backup: 'daily', only: 'programs' }) },
    workers: { programs: { ...worker, shares: [] }, queue: worker },
  });
  const { services, volumes } = parse(composeOf([sampleEdge, social])) as Record<string, Record<string, Unit>>;
  const mounted = Object.entries(services ?? {}).flatMap(([name, unit]) =>
    unit['volumes'] === undefined ? [] : [[name, unit['volumes']]],
  );
  expect(mounted).toEqual([['social-programs', [{ type: 'volume', source: 'social-homes', target: '/home' }]]]);
  expect(Object.keys(volumes ?? {})).toEqual(['social-homes']);
});

test('a graphics card and more shared memory are asked of the engine', () => {
  const unit = unitOf(sampleService('model', { gpu: { vram: '12GiB' }, shm: '256MiB' }));
  expect(unit).toMatchObject({
    shm_size: String(256 * 1024 ** 2),
    deploy: { resources: { limits: { cpus: '1' }, reservations: { devices: [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }] } } },
  });
});

test('the healthcheck calls the program that the image has', () => {
  const test = (health: Service['health']): unknown => (unitOf(sampleService('app', { health }))['healthcheck'] as Unit)['test'];
  expect(test({ port: 'web', path: '/' })).toEqual(['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/']);
  expect(test({ port: 'web' })).toEqual(['CMD', 'nc', '127.0.0.1', '8080', '-e', 'true']);
  expect(test({ port: 'web', path: '/', via: 'python3' })).toMatchObject(['CMD', 'python3', '-c', expect.any(String), '8080', '/']);
  expect(test({ port: 'web', via: 'bash' })).toEqual(['CMD', 'bash', '-c', 'exec 3<>"/dev/tcp/127.0.0.1/$$1"', 'ask', '8080']);
});
