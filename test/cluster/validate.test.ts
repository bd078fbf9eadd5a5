import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { run } from '../../src/kit/process.ts';
import { datamancy, docker, succeed } from './support/command.ts';
import { containerOf, untilRunsAgain } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { forgiveGuesses } from './support/regulation.ts';
import { startStarter } from './support/starter.ts';

const reportSchema = z.strictObject({
  checks: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      status: z.enum(['pass', 'warn', 'fail', 'skip']),
      detail: z.string(),
      fix: z.string(),
    }),
  ),
  passed: z.number(),
  failed: z.number(),
  warned: z.number(),
  skipped: z.number(),
});

type Report = z.infer<typeof reportSchema>;

const programs = fileURLToPath(new URL('../../bin', import.meta.url));
const suffix = 'dc=datamancy,dc=localhost';

/** Routes of the starter cluster that viewers may pass. */
const entered = ['miniflux', 'mkdocs', 'ntfy', 'radicale'];

let starter: SharedCluster;

beforeAll(async () => {
  starter = await startStarter();
});

/** The disabled probe tries once in each run, and nobody may try as often as these tests do. */
async function report(...services: readonly string[]): Promise<Report & { readonly exit: number }> {
  await forgiveGuesses((await containerOf(starter.name, 'valkey')).Id);
  const { status, stdout } = await datamancy(starter.folder, ['validate', ...services, '--json']);
  return { exit: status, ...reportSchema.parse(JSON.parse(stdout)) };
}

function failing({ checks }: Report): readonly string[] {
  return checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : [])).toSorted();
}

/** Does what the check says, as a person would paste it. */
async function applyFixes({ checks }: Report): Promise<void> {
  for (const fix of new Set(checks.filter(({ status }) => status === 'fail').map((check) => check.fix))) {
    const { status, stderr } = await run(['sh', '-c', fix], {
      cwd: starter.folder,
      env: { PATH: `${programs}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' },
    });
    expect({ fix, status, stderr: status === 0 ? '' : stderr }).toEqual({ fix, status: 0, stderr: '' });
  }
}

function container(service: string): string {
  return `datamancy-${starter.name}-${service}-1`;
}

async function inDirectory(ldif: string): Promise<void> {
  const { Id } = await containerOf(starter.name, 'openldap');
  const argv = ['docker', 'exec', '-i', Id, 'ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///'] as const;
  expect(await run([...argv], { input: ldif })).toMatchObject({ status: 0 });
}

describe('a cluster in which all is well', () => {
  test('passes every check but what its ports make impossible, and counts them', async () => {
    const { exit, checks, passed, failed, warned, skipped } = await report();
    expect({ exit, failed, failing: checks.filter(({ status }) => status === 'fail') }).toEqual({ exit: 0, failed: 0, failing: [] });
    expect(checks.flatMap(({ id, status }) => (status === 'skip' ? [id] : []))).toEqual(['edge.hsts']);
    expect({ passed, warned, skipped }).toEqual({
      passed: checks.filter(({ status }) => status === 'pass').length,
      warned: checks.filter(({ status }) => status === 'warn').length,
      skipped: 1,
    });
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { status, fix } of checks) expect(fix === '').toBe(status === 'pass' || status === 'skip');
  });

  test('tells of the named services alone, and of a name that is none what was meant', async () => {
    const { exit, checks } = await report('radicale', 'ntfy');
    expect(exit).toBe(0);
    expect(new Set(checks.map(({ id }) => id.split('.')[1]))).toEqual(new Set(['radicale', 'ntfy']));
    expect(await datamancy(starter.folder, ['validate', 'radical'])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('did you mean radicale?'),
    });
  });

  test('writes JUnit XML to the file that was named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'datamancy-junit-'));
    const file = join(folder, 'results/validate.xml');
    await succeed(starter.folder, ['validate', '--junit', file]);
    expect(await readFile(file, 'utf8')).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="datamancy validate [^"]+" tests="\d+" failures="0"/,
    );
    await rm(folder, { recursive: true });
  });
});

/** That a fix mended its fault shows in the next one, which must be the only one found. */
describe('a fault is found by its own check and no other, and the fix that is printed mends it', () => {
  const faults: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
    [
      'a memory limit that was raised by hand',
      async () => docker('update', '--memory', '300m', '--memory-swap', '300m', container('radicale')),
      ['limits.radicale'],
    ],
    ['a unit that was stopped', async () => docker('stop', container('mkdocs')), ['unit.mkdocs']],
    ['a rendered file that was edited', editPage, ['files.release-']],
    ['a password that was changed in the database', changePassword, ['login.postgres-exporter.db.own']],
    [
      'a network that was taken away',
      async () => docker('network', 'disconnect', `datamancy-${starter.name}_data`, container('adminer')),
      ['networks.adminer'],
    ],
    [
      'a directory of secrets that was opened',
      async () => run(['chmod', '755', join(starter.folder, '.datamancy/private')]),
      ['permissions.private'],
    ],
    ['a volume that changed its owner', takeVolume, ['volume.radicale.data']],
    ['a viewer who was taken out of his group', leaveViewer, entered.map((route) => `access.${route}.viewer`)],
    ['a stranger who was let into a group', enterViewer, entered.map((route) => `access.${route}.stranger`)],
  ];

  test.each(faults)('%s', async (_, plant, expected) => {
    await plant();
    const found = await report();
    expect(failing(found).map((id) => id.replace(/(?<=release-)\d+$/, ''))).toEqual(expected);
    expect(found.exit).toBe(1);
    await applyFixes(found);
  });

  test('a container whose process was killed is a warning, and all faults before it are mended', async () => {
    const victim = await containerOf(starter.name, 'node-exporter');
    process.kill(victim.State.Pid, 'SIGKILL');
    await untilRunsAgain(starter.name, victim);
    await succeed(starter.folder, ['up']);
    const found = await report();
    const { exit, checks } = found;
    expect(failing(found)).toEqual([]);
    expect(checks.find(({ id }) => id === 'restarts.node-exporter')).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/^started again (once|\d+ times) since it was made$/),
    });
    expect(exit).toBe(0);
    await docker('rm', '--force', container('node-exporter'));
    await succeed(starter.folder, ['up']);
  });
});

async function editPage(): Promise<void> {
  const releases = join(starter.folder, '.datamancy/releases');
  const current = (await readFile(join(releases, 'current'), 'utf8')).trim();
  await appendFile(join(releases, current, 'mkdocs/docs/index.md'), 'by hand\n');
}

async function changePassword(): Promise<void> {
  const sql = "ALTER ROLE postgres_exporter PASSWORD 'changed-by-hand'";
  await docker('exec', container('postgresql'), 'psql', '-q', '-U', 'postgres', '-d', 'postgres', '-c', sql);
}

async function takeVolume(): Promise<void> {
  const { Config } = await containerOf(starter.name, 'radicale');
  const own = ['run', '--rm', '--user', '0', '--volumes-from', container('radicale'), '--entrypoint', 'sh', Config.Image];
  await docker(...own, '-c', 'chown 0:0 /var/lib/radicale && chmod 755 /var/lib/radicale');
}

async function leaveViewer(): Promise<void> {
  await inDirectory(
    `dn: cn=viewer,ou=groups,${suffix}\nchangetype: modify\ndelete: member\nmember: uid=datamancy-probe-viewer,ou=people,${suffix}\n`,
  );
}

async function enterViewer(): Promise<void> {
  await inDirectory(
    `dn: cn=viewer,ou=groups,${suffix}\nchangetype: modify\nadd: member\nmember: uid=datamancy-probe-stranger,ou=people,${suffix}\n`,
  );
}
