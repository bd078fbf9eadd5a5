import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert, dictionary, property, string, stringMatching } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseGrant, LdapGrant } from '../../src/contracts/index.ts';
import { clusterAuthority } from '../../src/contracts/index.ts';
import { buildImages } from '../../src/images/build.ts';
import type { Recipe } from '../../src/images/recipe.ts';
import { imageRef, readRecipes } from '../../src/images/recipe.ts';
import { startHardened } from '../../src/images/testing/hardened-container.ts';
import { run } from '../../src/kit/process.ts';
import { printEnvFile } from '../../src/render/env-file.ts';
import { stepsOf } from '../../src/render/grants.ts';
import { configFilesOf, secretPath } from '../../src/render/unit-files.ts';
import { completeSecret } from '../../src/secrets/generate.ts';
import type { Reveal } from '../../src/service/index.ts';
import { printValue } from '../../src/service/index.ts';
import { secretFileName } from '../../src/stack/expand.ts';
import { withoutWorkers } from '../../src/stack/stack.ts';
import { bare } from '../golden/bare/stack.ts';
import { everything } from '../golden/everything/stack.ts';
import { readExample } from '../golden/example-stack.ts';
import type { GoldenStack } from '../golden/golden-stack.ts';
import { named, resolveGolden, treeOf } from '../golden/golden-stack.ts';
import { starter } from '../golden/starter/stack.ts';
import type { TargetProgram } from './support/target-programs.ts';
import { targetPrograms } from './support/target-programs.ts';

/** The programs that will read the rendered files, asked whether they would. */
const full = readExample('full');
const stacks: Readonly<Record<string, GoldenStack>> = { bare, everything, starter, full };
const cluster = 'imagetest';
let root = '';
let recipes: readonly Recipe[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'datamancy-targets-'));
  const used = new Set([...targetPrograms.map(({ recipe }) => recipe), 'postgresql', 'mariadb', 'openldap']);
  recipes = await readRecipes(join(import.meta.dirname, '../..'), [...used]);
  await buildImages({ recipes, cluster });
  const reveal = await withAuthority();
  for (const [name, golden] of Object.entries(stacks)) {
    for (const [path, content] of treeOf(resolveGolden(golden), reveal)) {
      const target = join(root, name, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe.each(Object.keys(stacks))('the stack "%s"', (name) => {
  test('is a stack to docker compose', async () => {
    const { status, stderr } = await run(['docker', 'compose', '-f', join(root, name, 'releases/1/compose.yaml'), 'config', '--quiet']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  const wanted = targetPrograms.filter((program) => filesFor(name, program).length > 0);
  test.each(wanted.map((program) => [program.what, program] as const))('has %s that its own program takes', async (_, program) => {
    const results = await Promise.all(filesFor(name, program).map((found) => inImage(program, found)));
    expect(results.map(({ status, stdout, stderr }) => (status === 0 ? '' : stdout + stderr))).toEqual(results.map(() => ''));
  });
});

describe('what the full example grants is honoured by a real server, and twice over changes nothing', () => {
  const password = '/run/secrets/password';
  const servers = [
    {
      kind: 'postgres',
      recipe: 'postgresql',
      env: { POSTGRES_PASSWORD_FILE: password },
      ready: ['pg_isready', '--host=127.0.0.1', '--username=postgres'],
      signIn: 'PGPASSWORD="$2" psql -h 127.0.0.1 -U "$1" -d "$0" -c "SELECT 1"',
    },
    {
      kind: 'mariadb',
      recipe: 'mariadb',
      env: { MARIADB_ROOT_PASSWORD_FILE: password },
      ready: ['healthcheck.sh', '--connect', '--innodb_initialized'],
      signIn: 'MYSQL_PWD="$2" mariadb --protocol=tcp -h 127.0.0.1 -u "$1" "$0" -e "SELECT 1"',
    },
    {
      kind: 'ldap',
      recipe: 'openldap',
      env: { LDAP_SUFFIX: 'dc=example,dc=org', LDAP_ADMIN_PASSWORD_FILE: password },
      ready: ['ldapwhoami', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///'],
      signIn: 'ldapwhoami -x -H ldap://127.0.0.1 -D "$1" -w "$2"',
    },
  ] as const;

  test.each(servers.map((server) => [server.kind, server] as const))('%s', async (kind, { recipe, env, ready, signIn }) => {
    const secret = join(root, 'password');
    await writeFile(secret, 'of the administrator\n');
    const stack = resolveGolden(full);
    const steps = stepsOf(stack).flatMap((found) => (found.kind === kind ? found.steps : []));
    const clients = stack.grants.filter((grant) => grant.kind === kind);
    const server = await startHardened({ image: imageOf(recipe), env, mounts: [`${secret}:${password}:ro`] });
    try {
      await server.answer(...ready);
      for (const { title, argv, input, okStatuses = [0] } of [...steps, ...steps]) {
        const given = { input: printValue(input, named) };
        const { status, stdout, stderr } = await run(['docker', 'exec', '--interactive', server.name, ...argv], given);
        expect(okStatuses, `${title}: ${stdout}${stderr}`).toContain(status);
      }
      for (const { client, grant } of clients) {
        // Grants of these kinds were made by their contracts.
        const { status, stderr } = await server.exec('sh', '-c', signIn, ...accountIn(grant as DatabaseGrant | LdapGrant));
        expect(status, `${client}: ${stderr}`).toBe(0);
      }
      expect(clients.length).toBeGreaterThan(2);
    } finally {
      await server.remove();
    }
  });
});

/** Database, name and password, as the client was told them. */
function accountIn(grant: DatabaseGrant | LdapGrant): readonly [string, string, string] {
  if ('bindDn' in grant) return [grant.suffix, grant.bindDn, printValue(grant.bindPassword, named)];
  return [grant.name, grant.user, printValue(grant.password, named)];
}

test('whatever a variable holds, docker compose reads it back from the env file', async () => {
  const samples: Record<string, string>[] = [];
  const value = string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
  assert(
    property(dictionary(stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), value, { maxKeys: 40 }), (env) => void samples.push(env)),
    { numRuns: 20 },
  );
  samples.push(
    Object.fromEntries(
      ["'", '"', '\\', '$', '$$', '${A}', "\\'", "it's \\", '#', ' a ', '\n', '\\n', '`'].map((text, i) => [`V${i}`, text]),
    ),
  );
  const services = Object.fromEntries(samples.map((_, i) => [`s${i}`, { image: 'x', env_file: [`${i}.env`] }]));
  await writeFile(join(root, 'compose.yaml'), JSON.stringify({ services }));
  for (const [i, env] of samples.entries())
    await writeFile(join(root, `${i}.env`), printEnvFile(env, { secret: () => '', file: () => '' }));

  const { stdout, stderr } = await run(['docker', 'compose', '-f', join(root, 'compose.yaml'), 'config', '--format', 'json']);
  expect(stderr).toBe('');
  // What `config --format json` prints, with each dollar sign doubled.
  const { services: read } = JSON.parse(stdout) as { services: Record<string, { environment?: Record<string, string> }> };
  const back = samples.map((_, i) =>
    Object.fromEntries(Object.entries(read[`s${i}`]?.environment ?? {}).map(([key, text]) => [key, text.replaceAll('$$', '$')])),
  );
  expect(back).toEqual(samples);
});

/** Names for secrets, and a real key and certificate for the authority, which the edge reads to the end. */
async function withAuthority(): Promise<Reveal> {
  const made = await completeSecret({ kind: 'authority', name: 'test', domain: 'example.org' }, undefined);
  const parts = 'parts' in made ? made.parts : {};
  const secret: Reveal['secret'] = ({ id, part = 'value' }) => parts[part] ?? id;
  return { ...named, secret: (asked) => (asked.id === clusterAuthority.id ? secret(asked) : named.secret(asked)) };
}

interface Found {
  /** Config files and secrets of the service, where they lie on this machine and where its unit expects them. */
  readonly mounts: readonly string[];
  readonly path: string;
}

function filesFor(name: string, { reads }: TargetProgram): readonly Found[] {
  const stack = resolveGolden(stacks[name] ?? bare);
  return withoutWorkers(stack).flatMap((service) => {
    const files = configFilesOf(stack, service).map(
      ({ path, target, isPrivate }) => `${join(root, name, isPrivate ? 'private' : 'releases/1', path)}:${target}:ro`,
    );
    const secrets = service.secretFiles.map(
      (secret) => `${join(root, name, 'private', secretPath(secret))}:${stack.placement.secretFile(secretFileName(secret))}:ro`,
    );
    const mounts = [...files, ...secrets];
    return service.files.filter((file) => reads(file, service.name)).map(({ path }) => ({ mounts, path }));
  });
}

function imageOf(recipe: string): string {
  return imageRef(cluster, recipes.find(({ name }) => name === recipe) ?? { name: recipe, digest: '' });
}

async function inImage({ recipe, argv }: TargetProgram, { mounts, path }: Found) {
  const [entrypoint, ...args] = argv;
  const options = ['--rm', '--network=none', '--read-only', '--tmpfs=/tmp', '--env=XDG_DATA_HOME=/tmp', '--env=XDG_CONFIG_HOME=/tmp'];
  const volumes = mounts.flatMap((mount) => ['--volume', mount]);
  return run(['docker', 'run', ...options, ...volumes, '--entrypoint', entrypoint, imageOf(recipe), ...args, path]);
}
