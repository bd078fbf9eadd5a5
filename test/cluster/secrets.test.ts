import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readIfExists } from '../../src/kit/files.ts';
import { run } from '../../src/kit/process.ts';
import { openSecrets } from '../../src/secrets/keep.ts';
import { datamancy, docker } from './support/command.ts';
import type { Container } from './support/containers.ts';
import { containersOf } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import type { SecretForms } from './support/secret-forms.ts';
import { findSecrets, formsOf } from './support/secret-forms.ts';
import { edgeOf, startStarter } from './support/starter.ts';

let starter: SharedCluster;
let containers: readonly Container[];
let forms: SecretForms;

beforeAll(async () => {
  starter = await startStarter();
  containers = await containersOf(starter.name);
  const secrets = await openSecrets(starter.folder, { ageKeyFile: join(starter.folder, '.datamancy/age.key'), mustExist: true });
  forms = formsOf(new Map(secrets.ids().map((id) => [id, secrets.reveal(id)])), secrets.values());
  await useThem();
});

/** Sign-in with the true password and with a false one, and a login to the database that fails: what a log may tell of. */
async function useThem(): Promise<void> {
  const edge = await edgeOf(starter);
  const { signal } = new AbortController();
  const host = 'auth.datamancy.localhost';
  const { body, cookies } = await edge.ask({ host }, signal);
  const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
  const password = forms.byId.get('admin.password') ?? '';
  for (const attempt of ['not the password', password]) {
    const form = new URLSearchParams({ csrf, username: 'admin', password: attempt }).toString();
    const origin = `https://${host}:${starter.https}`;
    const headers = { cookie: cookies.join('; '), origin, 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await edge.ask({ host, path: '/login', method: 'POST', headers, body: form }, signal);
    expect(status).toBe(attempt === password ? 303 : 401);
  }
}

test('a secret would be found in each of its forms, and all of them are found where they belong', async () => {
  expect(forms.byId.size).toBeGreaterThan(10);
  for (const [form, disguise] of Object.entries({ plain: String, base64, url: encodeURIComponent, hex })) {
    const password = forms.byId.get('admin.password') ?? '';
    expect({ form, found: findSecrets(forms, `x${disguise(password)}y`) }).toEqual({ form, found: ['admin.password'] });
  }
  const kept = await readTree(join(starter.folder, '.datamancy/private'));
  expect(findSecrets(forms, kept).length).toBeGreaterThan(5);
  expect(findSecrets(forms, await readFile(join(starter.folder, 'secrets.yaml'), 'utf8'))).toEqual([]);
});

describe('no secret of the running cluster occurs', () => {
  test('in the tree of any release', async () => {
    const tree = await readTree(join(starter.folder, '.datamancy/releases'));
    expect(tree).toContain('services:');
    expect(findSecrets(forms, tree)).toEqual([]);
  });

  test('in what the engine says about a container, beyond the environment that is its own', async () => {
    for (const { service, Config, ...rest } of containers) {
      const own = (await readIfExists(join(starter.folder, '.datamancy/private', `${service}.env`))) ?? '';
      const { Env, ...config } = Config;
      const foreign = (Env ?? []).filter((line) => !own.includes(line.slice(0, line.indexOf('=') + 1)));
      expect({ service, found: findSecrets(forms, JSON.stringify([config, rest, foreign])) }).toEqual({ service, found: [] });
    }
  });

  test('in what the engine says about networks and volumes', async () => {
    const filter = `label=org.datamancy.cluster=${starter.name}`;
    for (const kind of ['network', 'volume']) {
      const found = (await docker(kind, 'ls', '-q', '--filter', filter)).split('\n').filter((id) => id !== '');
      expect(findSecrets(forms, await docker(kind, 'inspect', ...found))).toEqual([]);
    }
  });

  test('in the command line of any process', async () => {
    for (const { service, Id } of containers) {
      const lines = await docker('top', Id, '-eo', 'pid,args');
      expect({ service, found: findSecrets(forms, lines), ran: lines.includes('init') }).toEqual({ service, found: [], ran: true });
    }
  });

  test('in the log of any container', async () => {
    let length = 0;
    for (const { service, Id } of containers) {
      const { stdout, stderr } = await run(['docker', 'logs', Id]);
      const log = `${stdout}
${stderr}`;
      length += log.length;
      expect({ service, found: findSecrets(forms, log) }).toEqual({ service, found: [] });
    }
    expect(length).toBeGreaterThan(1000);
  });

  test('in the making of any image', async () => {
    for (const image of new Set(containers.map(({ Config }) => Config.Image))) {
      const history = await docker('history', '--no-trunc', '--format', '{{json .}}', image);
      expect(findSecrets(forms, history + (await docker('image', 'inspect', image)))).toEqual([]);
    }
  });

  test.each(
    [
      ['build'],
      ['build', '--json'],
      ['plan'],
      ['plan', '--json'],
      ['up'],
      ['up', '--json'],
      ['status'],
      ['status', '--json'],
      ['logs', '--tail', '100000'],
      ['logs', '--tail', '100000', '--json'],
      ['validate'],
      ['validate', '--json'],
      ['trust'],
      ['open', 'prometheus'],
    ].map((args) => [args.join(' '), args] as const),
  )('in what is printed by: %s', async (_, args) => {
    const { stdout, stderr } = await datamancy(starter.folder, args);
    expect(stdout).not.toBe('');
    expect(findSecrets(forms, stdout + stderr)).toEqual([]);
  });
});

async function readTree(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map(async (entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join('\n');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
