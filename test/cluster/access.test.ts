import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { thisHost } from '../../src/health/senses/host.ts';
import { sleep } from '../../src/kit/clock.ts';
import { run } from '../../src/kit/process.ts';
import { datamancy, docker, succeed } from './support/command.ts';
import { containerOf, untilHealthy } from './support/containers.ts';
import { addEchoApps } from './support/echo-apps.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { forgiveGuesses } from './support/regulation.ts';
import { domain, startStarter } from './support/starter.ts';

const reportSchema = z.object({
  checks: z.array(z.object({ id: z.string(), status: z.enum(['pass', 'warn', 'fail', 'skip']), detail: z.string(), fix: z.string() })),
});

type Check = z.infer<typeof reportSchema>['checks'][number];

const suffix = 'dc=datamancy,dc=localhost';
const roles = ['anonymous', 'viewer', 'operator', 'admin', 'member', 'stranger', 'disabled'];

let starter: SharedCluster;

let removeApps: (() => Promise<void>) | undefined;

/** Beside the starter's, one app for each kind of access that none of its routes has. */
beforeAll(async () => {
  starter = await startStarter();
  removeApps = await addEchoApps(starter, {
    club: { groups: ['family'], identity: { user: 'X-Club-Member' } },
    hooks: { groups: ['viewer'], bypass: [{ path: '/api', authentication: 'nothing: it is a test' }] },
    vault: { groups: ['operator'], secondFactor: true },
  });
});

afterAll(async () => removeApps?.());

/** The disabled probe tries twice in each run, and nobody may try as often as these tests do. */
async function report(): Promise<readonly Check[]> {
  await forgiveGuesses((await containerOf(starter.name, 'valkey')).Id);
  const { stdout } = await datamancy(starter.folder, ['validate', '--access', '--json']);
  return reportSchema.parse(JSON.parse(stdout)).checks;
}

function withStatus(checks: readonly Check[], status: Check['status']): readonly string[] {
  return checks.flatMap((check) => (check.status === status ? [check.id] : [])).toSorted();
}

/** `a.{b,c}` is `a.b` and `a.c`. */
function spread(pattern: string): readonly string[] {
  const [whole = '', choices = ''] = /\{([^}]*)\}/.exec(pattern) ?? [];
  return whole === '' ? [pattern] : choices.split(',').flatMap((choice) => spread(pattern.replace(whole, choice)));
}

function container(service: string): string {
  return `datamancy-${starter.name}-${service}-1`;
}

async function inDirectory(ldif: string): Promise<void> {
  const { Id } = await containerOf(starter.name, 'openldap');
  const argv = ['docker', 'exec', '-i', Id, 'ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///'] as const;
  expect(await run([...argv], { input: ldif })).toMatchObject({ status: 0 });
}

/** Whoever runs these tests may have a cluster of his own, at the usual ports; the test's cluster has others. */
function isOfAnother({ id, status, detail }: Check, taken: readonly number[]): boolean {
  const told = [...detail.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  return status === 'warn' && id.endsWith('.ports') && told.length > 0 && told.every((port) => taken.includes(port));
}

test('in a cluster in which all is well no field of the matrix deviates, and no way around leads anywhere', async () => {
  const before = await thisHost.listeners();
  const checks = await report();
  const taken = [...before, ...(await thisHost.listeners())].map(({ port }) => port);
  expect(checks.filter((check) => ['fail', 'warn'].includes(check.status) && !isOfAnother(check, taken))).toEqual([]);
  for (const route of ['adminer', 'club', 'hooks', 'miniflux', 'mkdocs', 'radicale', 'vault']) {
    for (const role of roles) expect(withStatus(checks, 'pass')).toContain(`access.${route}.${role}`);
  }
  expect(withStatus(checks, 'pass')).toEqual(
    expect.arrayContaining([
      ...spread('access.{adminer,club,mkdocs,radicale,vault}.{anonymous,viewer,stranger}.forged'),
      ...spread('access.{adminer,miniflux,mkdocs,radicale,vault}.{signed-out,changed-cookie,renamed-cookie}'),
      ...spread('access.{adminer,mkdocs,radicale}.bearer'),
      ...spread('access.radicale.{viewer,operator,admin,member,stranger,wrong}.basic'),
      ...spread('access.tokens.{audience,userinfo,introspection,code}'),
      ...spread('access.hooks.bypass-1.{inside,outside}'),
      ...spread('access.vault.second-factor.{page,program,claimed}'),
      ...spread('access.edge.{by-address,unknown-host,other-host,no-name,other-name}'),
      ...spread('access.{caddy,gate,openldap,postgresql,valkey,mkdocs}.ports'),
      'access.mkdocs.units',
    ]),
  );
});

test('what it prints is a matrix with a row for each route, no wider than 100 columns', async () => {
  const printed = await succeed(starter.folder, ['validate', '--access']);
  expect(printed).toMatch(/^route +anonymous +viewer +operator +admin +member +stranger +disabled$/m);
  expect(printed).toMatch(/^mkdocs +✔ sign-in +✔ enter +✔ enter +✔ enter +✔ no +✔ no +[✔–] locked$/m);
  expect(printed).toMatch(/^vault +✔ sign-in +✔ no +✔ second +✔ second +✔ no +✔ no +[✔–] locked$/m);
  expect(printed).toMatch(/^club +✔ sign-in +✔ no +✔ no +✔ no +✔ enter +✔ no +[✔–] locked$/m);
  expect(printed).toMatch(/^adminer +✔ sign-in +✔ no +✔ no +✔ (enter|second) +✔ no +✔ no +[✔–] locked$/m);
  const table = printed.slice(0, printed.indexOf('\n\n'));
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

describe('what somebody opened by hand is found', () => {
  afterEach(async () => {
    await docker('rm', '--force', container('caddy'), container('mkdocs'));
    await succeed(starter.folder, ['up']);
  });

  test('a route without the sign-on server in front of it', async () => {
    const releases = join(starter.folder, '.datamancy/releases');
    const current = (await readFile(join(releases, 'current'), 'utf8')).trim();
    const file = join(releases, current, 'caddy/Caddyfile');
    const text = await readFile(file, 'utf8');
    const start = text.indexOf(`https://docs.${domain} {`);
    await writeFile(file, text.slice(0, start) + text.slice(start).replace(/^\s*import sign-on\n/m, ''));
    await docker('restart', container('caddy'));
    await untilHealthy(starter.name);
    const checks = await report();
    expect(withStatus(checks, 'fail')).toEqual(
      spread(
        'access.mkdocs.{admin.basic,anonymous,bearer,changed-cookie,empty-cookie,member,renamed-cookie,signed-out,stranger}',
      ).toSorted(),
    );
    const fix = `docker stop ${container('mkdocs')}; find out why it is open, then: datamancy up`;
    expect(checks.find(({ id }) => id === 'access.mkdocs.anonymous')).toMatchObject({ detail: 'it answers 200', fix });
  });

  test('an app that is published past the edge', async () => {
    const releases = join(starter.folder, '.datamancy/releases');
    const current = (await readFile(join(releases, 'current'), 'utf8')).trim();
    const override = join(starter.folder, 'override.yaml');
    await writeFile(override, 'services:\n  mkdocs:\n    ports: ["127.0.0.1::8000"]\n');
    const files = ['-f', join(releases, current, 'compose.yaml'), '-f', override];
    await docker('compose', '-p', `datamancy-${starter.name}`, ...files, 'up', '-d', '--no-deps', '--wait', 'mkdocs');
    const checks = await report();
    expect(withStatus(checks, 'fail')).toEqual(['access.mkdocs.ports']);
    expect(checks.find(({ id }) => id === 'access.mkdocs.ports')?.detail).toMatch(/^the engine leads 127\.0\.0\.1:\d+ to it$/);
  });

  test('a unit that was put on the network of the apps', async () => {
    const network = `datamancy-${starter.name}_edge`;
    await docker('network', 'connect', network, container('openldap'));
    const checks = await report().finally(async () => docker('network', 'disconnect', network, container('openldap')));
    expect(withStatus(checks, 'fail')).toContain('access.mkdocs.units');
    expect(checks.find(({ id }) => id === 'access.mkdocs.units')?.detail).toMatch(/^openldap reaches it at mkdocs:8000/);
  });

  test('a stranger in a group, and a disabled person who was let in again', async () => {
    const stranger = `uid=datamancy-probe-stranger,ou=people,${suffix}`;
    await inDirectory(`dn: cn=viewer,ou=groups,${suffix}\nchangetype: modify\nadd: member\nmember: ${stranger}\n`);
    await inDirectory(`dn: uid=datamancy-probe-disabled,ou=people,${suffix}\nchangetype: modify\ndelete: pwdAccountLockedTime\n`);
    // For so long the sign-on server remembers what a name and a password were worth.
    await sleep(61_000);
    const failing = withStatus(await report(), 'fail');
    expect(failing).toEqual(
      expect.arrayContaining([
        ...spread('access.{hooks,miniflux,mkdocs,ntfy,radicale}.stranger'),
        ...spread('access.{adminer,club,miniflux,mkdocs,radicale,vault}.disabled'),
        'access.radicale.stranger.basic',
        'sign-in.disabled',
      ]),
    );
    expect(failing.filter((id) => !/(stranger|disabled)/.test(id))).toEqual([]);
  });
});
