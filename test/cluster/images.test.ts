import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildImages } from '../../src/images/build.ts';
import { imageRef, type Recipe, readRecipes } from '../../src/images/recipe.ts';
import { expectedFacts, type ImageFacts, readContract, sorted } from '../../src/images/testing/contract.ts';
import { type ContainerOptions, docker, type HardenedContainer, startHardened } from '../../src/images/testing/hardened-container.ts';

const cluster = 'imagetest';
const password = `it's "hard"\\to quote`;
const program = `require('node:http').createServer((_, answer) => answer.end(process.argv[2])).listen(8080);
process.on('SIGTERM', () => process.exit(0));`;

const root = await mkdtemp(join(tmpdir(), 'images-'));
await cp(join(import.meta.dirname, '../../images'), join(root, 'images'), { recursive: true });
await mkdir(join(root, 'dist/node_modules/native'), { recursive: true });
await writeFile(join(root, 'dist/node_modules/native/package.json'), '{}');
await writeFile(join(root, 'dist/serve.js'), program);
await writeFile(join(root, 'password'), `${password}\n`);
await writeFile(join(root, 'Caddyfile'), '{\n\tskip_install_trust\n}\n:8080 {\n\trespond ok\n}\n');
await writeFile(
  join(root, 'haproxy.cfg'),
  'defaults\n  mode http\n  timeout client 5s\nfrontend door\n  bind :2375\n  http-request return status 200 content-type text/plain string ok\n',
);
await writeFile(join(root, 'acquis.yaml'), 'filename: /none\nlabels:\n  type: syslog\n');
await writeFile(join(root, 'mkdocs.yml'), 'site_name: trial\ntheme:\n  name: material\n');
await writeFile(join(root, 'pgbouncer.ini'), '[pgbouncer]\nlisten_addr = *\nlisten_port = 5432\nunix_socket_dir = /tmp\nauth_type = any\n');
await writeFile(
  join(root, 'hub.py'),
  `c.JupyterHub.authenticator_class = 'generic-oauth'
c.JupyterHub.db_url = 'sqlite:////tmp/hub.sqlite'
c.JupyterHub.cookie_secret_file = '/tmp/cookie'
c.ConfigurableHTTPProxy.pid_file = '/tmp/proxy.pid'
`,
);
await mkdir(join(root, 'docs'));
await writeFile(join(root, 'docs/index.md'), '# Trial\n');
const recipes = await readRecipes(root);
const secret = `${join(root, 'password')}:/run/secrets/password:ro`;
const hub = `${join(root, 'hub.py')}:/etc/hub.py:ro`;
const containers: HardenedContainer[] = [];
const volumes: string[] = [];

beforeAll(async () => {
  await buildImages({ recipes, cluster });
});

afterEach(async () => {
  await Promise.all(containers.splice(0).map((container) => container.remove()));
  for (const volume of volumes.splice(0)) await docker('volume', 'rm', volume);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

function image(name: string): string {
  const recipe = recipes.find((one) => one.name === name);
  if (recipe === undefined) throw new Error(`no recipe ${name}`);
  return imageRef(cluster, recipe);
}

async function start(name: string, options: Omit<ContainerOptions, 'image'> = {}): Promise<HardenedContainer> {
  const container = await startHardened({ image: image(name), ...options });
  containers.push(container);
  return container;
}

async function volume(): Promise<string> {
  const name = (await docker('volume', 'create')).trim();
  volumes.push(name);
  return name;
}

const inspected = z.tuple([
  z.object({
    Config: z.object({
      User: z.string(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      StopSignal: z.string().optional(),
      Labels: z.record(z.string(), z.string()),
    }),
  }),
]);

async function configOf(ref: string): Promise<{ readonly facts: ImageFacts; readonly labels: Readonly<Record<string, string>> }> {
  const [{ Config }] = inspected.parse(JSON.parse(await docker('image', 'inspect', ref)));
  const facts = {
    user: Config.User,
    entrypoint: Config.Entrypoint ?? [],
    cmd: Config.Cmd ?? [],
    ports: Object.keys(Config.ExposedPorts ?? {}).map((port) => port.replace('/tcp', '')),
    volumes: Object.keys(Config.Volumes ?? {}),
    stop: Config.StopSignal ?? '',
  };
  return { facts: sorted(facts), labels: Config.Labels };
}

describe.each(recipes.filter(({ name }) => name !== 'base'))('the image $name', (recipe: Recipe) => {
  test('looks as its contract says and carries its labels', async () => {
    const { facts, labels } = await configOf(imageRef(cluster, recipe));
    expect(facts).toEqual(expectedFacts(await readContract(recipe.directory)));
    expect(labels).toMatchObject({ 'org.datamancy.cluster': cluster, 'org.datamancy.recipe': recipe.name });
  });

  test('has every tool its contract names, for an ordinary user unless it says why root', async () => {
    const { contract, root: whyRoot } = await readContract(recipe.directory);
    const look = `id -u; for tool in ${contract.tools.join(' ')}; do command -v "$tool" >/dev/null || echo "no $tool"; done`;
    const [uid, ...missing] = (
      await docker('run', '--rm', '--network=none', '--cap-drop=ALL', '--entrypoint=sh', image(recipe.name), '-c', look)
    ).split('\n');
    expect(uid === '0').toBe(whyRoot !== undefined);
    expect(missing).toEqual([]);
  });
});

test('what is built already is not built again', async () => {
  const seen: unknown[] = [];
  const result = await buildImages({ recipes, cluster, onProgress: (progress) => seen.push(progress) });
  expect(result).toEqual({ built: [], kept: recipes.map(({ name }) => name) });
  expect(seen).toEqual([]);
});

test('a second cluster takes over the images of the first under its own label', async () => {
  const wanted = await readRecipes(root, ['valkey']);
  const refs = wanted.map((recipe) => imageRef('imagetest-second', recipe));
  expect((await buildImages({ recipes: wanted, cluster: 'imagetest-second' })).built).toEqual(['base', 'valkey']);
  for (const ref of refs) expect((await configOf(ref)).labels['org.datamancy.cluster']).toBe('imagetest-second');
  expect((await configOf(refs[1] ?? '')).facts).toEqual((await configOf(image('valkey'))).facts);
  await docker('image', 'rm', ...refs);
});

test('a recipe that fails is named, with its last words, and what was finished is kept', async () => {
  const broken = await mkdtemp(join(tmpdir(), 'images-'));
  await cp(join(root, 'images'), join(broken, 'images'), { recursive: true });
  await writeFile(
    join(broken, 'images/valkey/Dockerfile'),
    'ARG PARENT=datamancy/base\nFROM ${PARENT}\nRUN echo no such luck && false\nUSER nobody\n',
  );
  const build = buildImages({ recipes: await readRecipes(broken, ['valkey']), cluster });
  await expect(build).rejects.toMatchObject({ code: 'E_IMAGE_BUILD', message: expect.stringMatching(/image valkey [\s\S]*no such luck/) });
  await rm(broken, { recursive: true });
});

test('an interrupted build says so, and the next one finishes it', async () => {
  const changed = await mkdtemp(join(tmpdir(), 'images-'));
  await cp(join(root, 'images'), join(changed, 'images'), { recursive: true });
  // A recipe like no other: one that a run before left behind would not be built again.
  const dockerfile = `ARG PARENT=datamancy/base\nFROM \${PARENT}\nRUN sleep 2 && true ${randomUUID()}\nUSER nobody\n`;
  await writeFile(join(changed, 'images/valkey/Dockerfile'), dockerfile);
  const wanted = await readRecipes(changed, ['valkey']);
  const control = new AbortController();
  const onProgress = (): void => control.abort(new Error('interrupted by hand'));
  await expect(buildImages({ recipes: wanted, cluster, signal: control.signal, onProgress })).rejects.toThrow('interrupted by hand');
  expect((await buildImages({ recipes: wanted, cluster })).built).toEqual(['valkey']);
  await docker('image', 'rm', ...wanted.slice(1).map((recipe) => imageRef(cluster, recipe)));
  await rm(changed, { recursive: true });
});

describe('alone and with every restriction on', () => {
  const page = (url: string): readonly string[] => ['wget', '-q', '-O', '-', url];
  const cases: readonly (readonly [string, readonly string[], Omit<ContainerOptions, 'image'>])[] = [
    ['caddy', page('http://127.0.0.1:8080/'), { mounts: [`${join(root, 'Caddyfile')}:/etc/caddy/Caddyfile:ro`, '/data', '/config'] }],
    ['valkey', ['valkey-cli', '-a', 'word', 'ping'], { args: ['--requirepass', 'word', '--save', ''] }],
    ['prometheus', page('http://127.0.0.1:9090/-/ready'), {}],
    ['alertmanager', page('http://127.0.0.1:9093/-/ready'), {}],
    ['node-exporter', page('http://127.0.0.1:9100/metrics'), {}],
    ['postgres-exporter', page('http://127.0.0.1:9187/metrics'), { env: { DATA_SOURCE_URI: 'nowhere:5432/postgres' } }],
    [
      'mysqld-exporter',
      page('http://127.0.0.1:9104/metrics'),
      { args: ['--mysqld.address=nowhere:3306', '--mysqld.username=exporter'], env: { MYSQLD_EXPORTER_PASSWORD: 'word' } },
    ],
    ['ntfy', page('http://127.0.0.1:80/v1/health'), { args: ['serve'] }],
    ['miniflux', ['miniflux', '-version'], { args: ['sleep', '600'] }],
    ['radicale', page('http://127.0.0.1:5232/.web/'), {}],
    ['mkdocs', page('http://127.0.0.1:8000/'), { mounts: [`${root}/mkdocs.yml:/docs/mkdocs.yml:ro`, `${root}/docs:/docs/docs:ro`] }],
    ['adminer', page('http://127.0.0.1:8080/'), { env: { ADMINER_DEFAULT_SERVER: 'postgresql' } }],
    [
      'ldap-account-manager',
      page('http://127.0.0.1/lam/templates/login.php'),
      { env: { LDAP_SERVER: 'ldap://directory:389', LAM_PASSWORD: password } },
    ],
    ['blackbox-exporter', page('http://127.0.0.1:9115/probe?module=http_2xx&target=http://127.0.0.1:9115/-/healthy'), {}],
    ['redis-exporter', page('http://127.0.0.1:9121/health'), {}],
    ['victoria-metrics', page('http://127.0.0.1:8428/api/v1/query?query=1'), { args: ['-storageDataPath=/tmp/data'] }],
    [
      'vmalert',
      page('http://127.0.0.1:8880/health'),
      { args: ['-rule=/none', '-datasource.url=http://nowhere:8428', '-notifier.blackhole'] },
    ],
    ['haproxy', page('http://127.0.0.1:2375/'), { mounts: [`${root}/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro`] }],
    [
      'crowdsec',
      page('http://127.0.0.1:8080/health'),
      {
        env: { COLLECTIONS: 'crowdsecurity/caddy' },
        mounts: ['/etc/crowdsec', '/var/lib/crowdsec/data', `${root}/acquis.yaml:/etc/crowdsec/acquis.d/acquis.yaml:ro`],
      },
    ],
    ['docker-registry', page('http://127.0.0.1:5000/v2/_catalog'), {}],
    ['restic-rest-server', page('http://127.0.0.1:8000/metrics'), { env: { OPTIONS: '--prometheus --prometheus-no-auth' } }],
    ['memcached', ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/11211 && echo version >&3 && head -n 1 <&3'], { args: ['--memory-limit=64'] }],
    ['mosquitto', ['mosquitto_sub', '-t', '$SYS/broker/version', '-C', '1', '-W', '3'], {}],
    ['nats', page('http://127.0.0.1:8222/healthz'), {}],
    ['rabbitmq', page('http://127.0.0.1:15692/metrics'), {}],
    ['pgbouncer', ['pg_isready', '-h', '127.0.0.1'], { mounts: [`${root}/pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro`] }],
    ['phpldapadmin', page('http://127.0.0.1:8080/index.php'), { env: { LDAP_HOST: 'directory' } }],
    ['roundcube', ['curl', '-sS', 'http://127.0.0.1:8000/?_task=login'], { mounts: ['/var/roundcube/db'] }],
    ['qbittorrent', page('http://127.0.0.1:8080/'), { env: { QBT_LEGAL_NOTICE: 'confirm' }, mounts: ['/config'] }],
    ['dokuwiki', ['curl', '-sS', '--fail', 'http://127.0.0.1:8080/health.php'], { mounts: ['/storage'] }],
    ['unbound', ['nslookup', 'localhost', '127.0.0.1'], {}],
    ['configurable-http-proxy', page('http://127.0.0.1:8000/_chp_healthz'), {}],
    ['jupyterhub', page('http://127.0.0.1:8081/hub/api/'), { args: ['jupyterhub', '--config=/etc/hub.py'], mounts: [hub] }],
    ['jupyterlab', page('http://127.0.0.1:8888/lab?token=word'), { env: { HOME: '/tmp', JUPYTER_TOKEN: 'word' } }],
    ['syncthing', page('http://127.0.0.1:8384/rest/noauth/health'), {}],
    ['core', page('http://127.0.0.1:8080/'), { args: ['gate'] }],
    [
      'openldap',
      ['ldapwhoami', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///'],
      { env: { LDAP_SUFFIX: 'dc=a,dc=b', LDAP_ADMIN_PASSWORD_FILE: '/run/secrets/password' }, mounts: [secret] },
    ],
    [
      'postgresql',
      ['psql', '-U', 'postgres', '-c', 'CREATE EXTENSION vector'],
      { env: { POSTGRES_PASSWORD_FILE: '/run/secrets/password' }, mounts: [secret] },
    ],
    [
      'timescaledb',
      ['psql', '-U', 'postgres', '-c', "SELECT time_bucket('1 day', now())"],
      { env: { POSTGRES_PASSWORD_FILE: '/run/secrets/password' }, mounts: [secret] },
    ],
    [
      'mariadb',
      ['sh', '-c', 'healthcheck.sh --connect --innodb_initialized && echo healthy'],
      { env: { MARIADB_ROOT_PASSWORD_FILE: '/run/secrets/password' }, mounts: [secret] },
    ],
  ];

  test.each(cases)('%s starts and answers', async (name, probe, options) => {
    expect(await (await start(name, options)).answer(...probe)).not.toBe('');
  });
});

test('an engine that does not answer is named as such', async () => {
  const build = buildImages({ recipes, cluster, engine: { DOCKER_HOST: `unix://${root}/nothing.sock` } });
  await expect(build).rejects.toMatchObject({ code: 'E_ENGINE_UNREACHABLE' });
});

describe('killed at any moment of the first start', () => {
  const moments = [0, 150, 500, 1200];
  const databases: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
    [
      'postgresql',
      '/var/lib/postgresql/data',
      { POSTGRES_PASSWORD_FILE: '/run/secrets/password', POSTGRES_DB: 'app' },
      'PGPASSWORD=$(cat /run/secrets/password) psql -h 127.0.0.1 -U postgres -d app -c "SELECT 1"',
    ],
    [
      'mariadb',
      '/var/lib/mysql',
      { MARIADB_ROOT_PASSWORD_FILE: '/run/secrets/password' },
      'MYSQL_PWD=$(cat /run/secrets/password) mariadb --protocol=tcp -h127.0.0.1 -uroot -e "SELECT 1" && healthcheck.sh --connect',
    ],
    [
      'openldap',
      '/var/lib/openldap',
      { LDAP_SUFFIX: 'dc=a,dc=b', LDAP_ADMIN_PASSWORD_FILE: '/run/secrets/password' },
      'printf %s "$(cat /run/secrets/password)" >/tmp/p && ldapsearch -LLL -x -y /tmp/p -D cn=admin,dc=a,dc=b -H ldap://127.0.0.1 -s base -b ou=policies,dc=a,dc=b dn',
    ],
  ];

  test.each(databases)('%s comes up whole at the next start', async (name, path, env, probe) => {
    for (const moment of moments) {
      const container = await start(name, { env, mounts: [secret, `${await volume()}:${path}`] });
      await new Promise((resolve) => setTimeout(resolve, moment));
      await container.kill();
      await container.start();
      expect(await container.answer('sh', '-c', probe)).not.toBe('');
    }
  });
});
