import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildImages } from '../../src/images/build.ts';
import { imageRef, readRecipes } from '../../src/images/recipe.ts';
import { type HardenedContainer, startHardened } from '../../src/images/testing/hardened-container.ts';

const cluster = 'imagetest';
const root = await mkdtemp(join(tmpdir(), 'directory-'));
const containers: HardenedContainer[] = [];
let image = '';

beforeAll(async () => {
  await writeFile(join(root, 'password'), 'of the administrator\n');
  const recipes = await readRecipes(join(import.meta.dirname, '../..'), ['openldap']);
  await buildImages({ recipes, cluster });
  image = recipes
    .filter(({ name }) => name === 'openldap')
    .map((recipe) => imageRef(cluster, recipe))
    .join('');
});

afterEach(async () => {
  await Promise.all(containers.splice(0).map((container) => container.remove()));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('the directory', () => {
  const suffix = 'dc=a,dc=b';
  const people = `dn: uid=alice,ou=people,${suffix}
objectClass: inetOrgPerson
uid: alice
cn: Alice
sn: Liddell
userPassword: rabbit

dn: cn=admin,ou=groups,${suffix}
objectClass: groupOfNames
cn: admin
member: uid=alice,ou=people,${suffix}

dn: cn=gate,ou=services,${suffix}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: gate
userPassword: keeper
`;

  async function directory(): Promise<HardenedContainer> {
    await mkdir(join(root, 'bootstrap'), { recursive: true });
    await writeFile(join(root, 'bootstrap/people.ldif'), people);
    const env = { LDAP_SUFFIX: suffix, LDAP_ADMIN_PASSWORD_FILE: '/run/secrets/password', LDAP_PORT: '1389' };
    const mounts = [`${root}/password:/run/secrets/password:ro`, `${root}/bootstrap:/etc/openldap/bootstrap:ro`];
    const container = await startHardened({ image, env, mounts });
    containers.push(container);
    await container.answer('ldapwhoami', '-x', '-H', 'ldap://127.0.0.1:1389', '-D', `cn=gate,ou=services,${suffix}`, '-w', 'keeper');
    return container;
  }

  async function found(container: HardenedContainer, who: readonly string[], ...what: readonly string[]): Promise<string> {
    return (
      await container.exec('ldapsearch', '-LLL', '-o', 'ldif-wrap=no', '-x', '-H', 'ldap://127.0.0.1:1389', ...who, '-b', suffix, ...what)
    ).stdout;
  }

  test('shows each caller what is theirs to see', async () => {
    const container = await directory();
    const gate = await found(container, ['-D', `cn=gate,ou=services,${suffix}`, '-w', 'keeper'], '(uid=*)', 'memberOf', 'userPassword');
    expect(gate).toBe(`dn: uid=alice,ou=people,${suffix}\nmemberOf: cn=admin,ou=groups,${suffix}\n`);
    const alice = await found(container, ['-D', `uid=alice,ou=people,${suffix}`, '-w', 'rabbit'], '(objectClass=*)', 'userPassword');
    expect(alice).toBe(`dn: ${suffix}\n\ndn: uid=alice,ou=people,${suffix}\n`);
    expect(await found(container, [], '(objectClass=*)')).toBe('');
  });

  test('lets a person change her own password and nothing else', async () => {
    const container = await directory();
    const change = (attribute: string, value: string): Promise<{ readonly status: number }> =>
      container.exec(
        'sh',
        '-c',
        `printf 'dn: uid=alice,ou=people,${suffix}\\nchangetype: modify\\nreplace: ${attribute}\\n${attribute}: ${value}\\n' | ldapmodify -x -H ldap://127.0.0.1:1389 -D uid=alice,ou=people,${suffix} -w rabbit`,
      );
    expect((await change('sn', 'Queen')).status).toBe(50);
    expect((await change('userPassword', 'hatter')).status).toBe(0);
    expect((await change('userPassword', 'hare')).status).toBe(49);
    const kept = await container.answer(
      'ldapsearch',
      '-Q',
      '-LLL',
      '-Y',
      'EXTERNAL',
      '-H',
      'ldapi:///',
      '-b',
      suffix,
      '(uid=alice)',
      'userPassword',
    );
    expect(Buffer.from(/userPassword:: (\S+)/.exec(kept)?.[1] ?? '', 'base64').toString()).toMatch(/^\{ARGON2\}\$argon2id\$/);
  });

  test('gives a directory with former rules those of today at the next start, and keeps its people', async () => {
    const container = await directory();
    const former = 'to * by users write by * read';
    const rules = `dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nreplace: olcAccess\nolcAccess: ${former}\n`;
    await container.answer('bash', '-c', `ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<<"$1"`, 'bash', rules);
    expect(await found(container, [], '(uid=alice)', 'uid')).toContain('uid: alice');
    await container.kill();
    await container.start();
    await container.answer('ldapwhoami', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///');
    expect(await found(container, [], '(uid=alice)', 'uid')).toBe('');
    const gate = await found(container, ['-D', `cn=gate,ou=services,${suffix}`, '-w', 'keeper'], '(uid=*)', 'memberOf', 'userPassword');
    expect(gate).toBe(`dn: uid=alice,ou=people,${suffix}\nmemberOf: cn=admin,ou=groups,${suffix}\n`);
  });

  test('keeps a group whose last member is removed', async () => {
    const container = await directory();
    const removal = `dn: uid=alice,ou=people,${suffix}\nchangetype: delete\n`;
    await container.answer('bash', '-c', `ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<<"$1"`, 'bash', removal);
    const group = await found(container, ['-D', `cn=gate,ou=services,${suffix}`, '-w', 'keeper'], '(cn=admin)', 'member');
    expect(group).toBe(`dn: cn=admin,ou=groups,${suffix}\nmember: cn=nobody,${suffix}\n`);
  });
});
