import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../../src/kit/testing/free-port.ts';
import type { RunResult } from '../../../src/kit/process.ts';
import { run } from '../../../src/kit/process.ts';
import { datamancy, succeed } from './command.ts';
import { clearCluster, containerOf } from './containers.ts';
import { baseImage } from './small-cluster.ts';

export const suffix = 'dc=people,dc=localhost';

/** Words of a command; a string is parted at its spaces. */
type Words = string | readonly string[];

/** A running cluster with a real directory. */
export interface PeopleCluster {
  readonly folder: string;
  /** What a command prints that must succeed. */
  readonly print: (words: Words, input?: string) => Promise<string>;
  readonly refused: (words: Words, input?: string) => Promise<{ readonly status: number; readonly said: string }>;
  readonly json: (words: Words) => Promise<Record<string, unknown>>;
  /** Names that `users list` shows. */
  readonly names: (options?: string) => Promise<readonly string[]>;
  readonly signsIn: (name: string, password: string) => Promise<boolean>;
  /** Tries to sign in with so many wrong passwords. */
  readonly guess: (name: string, times: number) => Promise<void>;
  /** A command of OpenLDAP's, bound as that service. */
  readonly asService: (name: string, command: string, input?: string) => Promise<RunResult>;
  /** What a link of that person stands on, as the sign-on server reads it in the directory. */
  readonly linkState: (name: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** A directory, a sign-on server that may set passwords and only waits, an app that may not, and the edge that both need. */
export async function peopleCluster(): Promise<PeopleCluster> {
  const name = `test-people-${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-people-'));
  await declare(name, folder);
  await succeed(folder, ['up']);
  const overNetwork = ['-x', '-H', 'ldap://127.0.0.1:389', '-D'];

  async function print(words: Words, input?: string): Promise<string> {
    return succeed(folder, wordsOf(words), input === undefined ? {} : { input });
  }

  async function json(words: Words): Promise<Record<string, unknown>> {
    const value: unknown = JSON.parse(await print([...wordsOf(words), '--json']));
    // Each command prints one object.
    return value as Record<string, unknown>;
  }

  async function inDirectory(argv: readonly string[], input: string): Promise<RunResult> {
    return run(['docker', 'exec', '-i', (await containerOf(name, 'openldap')).Id, ...argv], { input });
  }

  async function bound(dn: string, password: string, command: string, input = ''): Promise<RunResult> {
    const script = 'IFS= read -r password; dn=$1; shift; exec "$@" "$dn" -y <(printf %s "$password")';
    return inDirectory(['bash', '-c', script, 'bash', dn, ...wordsOf(command), ...overNetwork], `${password}\n${input}`);
  }

  async function asService(service: string, command: string, input?: string): Promise<RunResult> {
    return bound(`cn=${service},ou=services,${suffix}`, (await print(`secrets show ${service}.directory`)).trim(), command, input);
  }

  return {
    folder,
    print,
    json,
    refused: async (words, input) => {
      const { status, stdout, stderr } = await datamancy(folder, wordsOf(words), input === undefined ? {} : { input });
      expect(stdout).toBe('');
      return { status, said: stderr };
    },
    names: async (options = '') => {
      const { people } = await json(`users list ${options}`);
      return (people as readonly { readonly name: string }[]).map((person) => person.name);
    },
    signsIn: async (person, password) => {
      const { status } = await bound(personDn(person), password, 'ldapwhoami');
      expect([0, 49]).toContain(status);
      return status === 0;
    },
    guess: async (person, times) => {
      const script = 'for i in $(seq "$1"); do ldapwhoami "${@:2}" -w "guess $i"; done; exec true';
      await inDirectory(['bash', '-c', script, 'bash', String(times), ...overNetwork, personDn(person)], '');
    },
    asService,
    linkState: async (person) => {
      const { stdout } = await asService('guard', `ldapsearch -LLL -b ou=people,${suffix} (uid=${person}) entryUUID pwdChangedTime`);
      const id = /^entryUUID: (\S+)$/m.exec(stdout)?.[1] ?? 'nobody';
      return `${id} ${/^pwdChangedTime: (\S+)$/m.exec(stdout)?.[1] ?? ''}`;
    },
    remove: async () => {
      await datamancy(folder, ['down', '--volumes']);
      await clearCluster(name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function wordsOf(words: Words): readonly string[] {
  return typeof words === 'string' ? words.split(' ').filter((word) => word !== '') : words;
}

function personDn(name: string): string {
  return `uid=${name},ou=people,${suffix}`;
}

async function declare(name: string, folder: string): Promise<void> {
  const image = await baseImage();
  const guard = `
    needs: { directory: ldap({ passwords: 'write' }), resetSecret: secret({ kind: 'base64url', bytes: 48 }) },
    provides: { 'sign-on': { port: 'main', links: 'resetSecret' } },
    route: { port: 'main', host: 'auth', access: { open: 'people sign in here' } },
    env: ({ directory, resetSecret }) => ({ A: file(directory.bindPassword), B: file(resetSecret) }),`;
  const wiki = `
    needs: { directory: ldap() },
    volumes: { pages: volume('/pages', { role: 'data', backup: 'daily' }), index: volume('/index', { role: 'cache', backup: { skip: 'made again' } }) },
    route: { port: 'main', access: { groups: ['wiki-readers'] } },
    env: ({ directory }) => ({ A: file(directory.bindPassword) }),`;
  await mkdir(join(folder, 'services'));
  await writeFile(join(folder, 'services/guard.ts'), waiting('guard', image, guard));
  await writeFile(join(folder, 'services/wiki.ts'), waiting('wiki', image, wiki));
  const choices = { images: 'debian', runtime: 'compose', ports: { http: await freePort(), https: await freePort() } };
  const admin = { name: 'owner', email: 'owner@example.org' };
  const services = { caddy: null, guard: null, openldap: null, wiki: null };
  await writeFile(join(folder, 'cluster.yaml'), stringify({ name, domain: 'people.localhost', admin, ...choices, services }));
}

function waiting(name: string, image: string, more: string): string {
  return `import { defineService, file, http, ldap, secret, volume } from 'datamancy';
export const unit = defineService('${name}', {
    title: '${name}', summary: 'A service of a test.', docs: 'https://example.org/', licence: 'Apache-2.0', category: 'tools',
    image: '${image}', user: '1000:1000', ports: { main: http(8080) }, stopSeconds: 1, ${more}
    health: { command: ['sh', '-c', 'kill -0 1'], startSeconds: 1 }, limits: { memory: '64MiB', cpus: 0.5 }, command: () => ['sleep', 'infinity'],
});
`;
}
