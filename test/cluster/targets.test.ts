import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, dictionary, property, string, stringMatching } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseGrant, LdapGrant } from '../../src/contracts/index.ts';
import { startHardened } from '../../src/images/testing/hardened-container.ts';
import { run } from '../../src/kit/process.ts';
import { printEnvFile } from '../../src/render/env-file.ts';
import { stepsOf } from '../../src/render/grants.ts';
import { printValue } from '../../src/service/index.ts';
import { bare } from '../golden/bare/stack.ts';
import { everything } from '../golden/everything/stack.ts';
import { readExample } from '../golden/example-stack.ts';
import { named, resolveGolden } from '../golden/golden-stack.ts';
import { starter } from '../golden/starter/stack.ts';
import { builtImages, composeRefusal, filesFor, refusals, writeStacks } from './support/rendered-stacks.ts';
import { targetPrograms } from './support/target-programs.ts';

/** The programs that will read the rendered files, asked whether they would. */
const full = resolveGolden(readExample('full'));
const stacks = { bare: resolveGolden(bare), everything: resolveGolden(everything), starter: resolveGolden(starter), full };
let root = '';
let imageOf: (recipe: string) => string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'datamancy-targets-'));
  imageOf = await builtImages([...targetPrograms.map(({ recipe }) => recipe), 'postgresql', 'mariadb', 'openldap']);
  await writeStacks(root, stacks);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe.each(Object.entries(stacks))('the stack "%s"', (name, stack) => {
  test('is a stack to docker compose', async () => {
    expect(await composeRefusal(join(root, name))).toBe('');
  });

  const wanted = targetPrograms.filter((program) => filesFor(stack, '', program).length > 0);
  test.each(wanted.map((program) => [program.what, program] as const))('has %s that its own program takes', async (_, program) => {
    const files = filesFor(stack, join(root, name), program);
    expect(await refusals(program, { image: imageOf(program.recipe), root, files })).toEqual(files.map(() => ''));
  });
});

test('one file that its program does not take is told apart from those before and after it', async () => {
  const program = targetPrograms.find(({ what }) => what === 'shell');
  if (!program) throw new Error('no program reads shell');
  await writeFile(join(root, 'right.sh'), 'echo right');
  await writeFile(join(root, 'wrong.sh'), 'if');
  const files = ['right', 'wrong', 'right'].map((name) => ({
    mounts: [[join(root, `${name}.sh`), '/opt/it.sh']] as const,
    path: '/opt/it.sh',
  }));
  const said = await refusals(program, { image: imageOf(program.recipe), root, files });
  expect(said).toEqual(['', expect.stringContaining('syntax error'), '']);
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
    const steps = stepsOf(full).flatMap((found) => (found.kind === kind ? found.steps : []));
    const clients = full.grants.filter((grant) => grant.kind === kind);
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
