import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passwordPolicy } from '../../src/contracts/index.ts';
import { openLink } from '../../src/kit/link-token.ts';
import { type PeopleCluster, peopleCluster, suffix } from './support/people-cluster.ts';

let cluster: PeopleCluster;

beforeAll(async () => {
  cluster = await peopleCluster();
});

afterAll(async () => {
  await cluster.remove();
});

describe('a new person', () => {
  test('is invited with a link that the sign-on server’s key opens, in the state that the directory has', async () => {
    const printed = await cluster.print([
      'users',
      'add',
      'anna',
      '--email',
      'Anna@EXAMPLE.org',
      '--name',
      'Anna Äö Adams',
      '--groups',
      'viewer,operator',
    ]);
    expect(printed).toMatch(
      /^anna is added, in operator, viewer\nanna chooses a password here, once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC:\n\S+\/welcome\?token=\S+$/,
    );
    const token = /token=(\S+)/.exec(printed)?.[1] ?? '';
    const key = (await cluster.print('secrets show guard.resetSecret')).trim();
    const opened = await openLink(token, key, Date.now());
    expect([opened?.subject, opened?.purpose, opened?.isMadeIn(await cluster.linkState('anna'))]).toEqual(['anna', 'welcome', true]);
    expect(await openLink(token, key, Date.now() + 7.01 * 24 * 3_600_000)).toBeUndefined();
    expect(await cluster.json('users show anna')).toMatchObject({
      name: 'anna',
      fullName: 'Anna Äö Adams',
      mail: 'Anna@example.org',
      groups: ['operator', 'viewer'],
      state: 'invited',
    });
  });

  test('signs in with a password that came on standard input, and the directory keeps its digest', async () => {
    const password = ' a pass: wörd ';
    await cluster.print('users add ben --email ben@example.org --password-stdin', `${password}\n`);
    expect(await cluster.signsIn('ben', password)).toBe(true);
    expect(await cluster.signsIn('ben', password.trim())).toBe(false);
    expect(await cluster.json('users show ben')).toMatchObject({ fullName: 'ben', groups: [], state: 'active' });
  });

  test('is refused for each reason at once, and then nobody is there', async () => {
    const { status, said } = await cluster.refused('users add Carl --email carl --groups viewers --password-stdin', 'short');
    expect(status).toBe(64);
    for (const words of [
      '"Carl" is no name to sign in with',
      '"carl" is no mail address',
      'no group "viewers"',
      'did you mean viewer?',
      'fewer than 10 characters',
    ])
      expect(said).toContain(words);
    expect(await cluster.refused('users add anna --email other@example.org')).toMatchObject({
      status: 1,
      said: expect.stringContaining('E_PERSON_TAKEN'),
    });
    expect(await cluster.refused('users add carl --email ANNA@example.org')).toMatchObject({
      status: 64,
      said: expect.stringContaining('ANNA@example.org is the address of anna already'),
    });
    expect(await cluster.names()).toEqual(['anna', 'ben', 'owner']);
  });

  test('keeps a full name that looks like LDIF or a filter as it is', async () => {
    const fullName = '*)(uid=*; dn:: eHg= \\2a <x> 漢字 🙂';
    await cluster.print(['users', 'add', 'odd', '--email', 'odd@example.org', '--name', fullName]);
    expect(await cluster.json('users show odd')).toMatchObject({ fullName, groups: [] });
    await cluster.print('users remove odd --yes');
  });

  test('is asked for by no hostile name, in any command', async () => {
    const before = await cluster.json('users list --all');
    const hostile = ['*)(uid=*', '*', ' anna', 'anna\nuserPassword: x', 'x'.repeat(300), 'ännä'];
    const commands = [['show'], ['disable'], ['enable'], ['remove', '--yes'], ['passwd'], ['groups', '--add', 'admin']];
    for (const [index, name] of hostile.entries()) {
      const command = commands[index] ?? [];
      expect(await cluster.refused(['users', ...command, name])).toMatchObject({
        status: 64,
        said: expect.stringContaining('E_PERSON_UNKNOWN'),
      });
    }
    for (const name of ['*)(uid=*', 'anna\nuserPassword: x'])
      expect(await cluster.refused(['users', 'add', name, '--email', 'x@example.org'])).toMatchObject({ status: 64 });
    expect(await cluster.json('users list --all')).toEqual(before);
  });
});

describe('lists', () => {
  test('leave out the accounts of the cluster, unless all are asked for, and these are no targets', async () => {
    expect(await cluster.names()).toEqual(['anna', 'ben', 'owner']);
    const all = await cluster.names('--all');
    expect(all).toEqual(
      expect.arrayContaining(['guard', 'wiki', 'datamancy-probe-admin', 'datamancy-probe-disabled', 'datamancy-probe-stranger']),
    );
    for (const name of ['guard', 'datamancy-probe-admin'])
      expect(await cluster.refused(['users', 'disable', name])).toMatchObject({
        status: 1,
        said: expect.stringContaining('E_PERSON_KEPT'),
      });
    expect(await cluster.print('users list')).toMatch(/^NAME +FULL NAME +MAIL +STATE +GROUPS\nanna .+ invited +operator, viewer\nben /);
  });
});

describe('a person', () => {
  test('who is disabled cannot sign in until enabled, and the sign-on server sees it', async () => {
    const look = 'ldapsearch -LLL -b ou=people,dc=people,dc=localhost (&(uid=ben)(!(pwdAccountLockedTime=000001010000Z))) entryUUID';
    expect((await cluster.asService('guard', look)).stdout).toMatch(/^dn: uid=ben,[^]*entryUUID: /);
    expect(await cluster.print('users disable BEN')).toContain('open sessions end within a minute');
    expect(await cluster.signsIn('ben', ' a pass: wörd ')).toBe(false);
    expect((await cluster.asService('guard', look)).stdout).toBe('');
    expect(await cluster.json('users show ben')).toMatchObject({ state: 'disabled' });
    expect(await cluster.refused('users passwd ben --password-stdin', 'another long one')).toMatchObject({
      status: 1,
      said: expect.stringContaining('ben is disabled'),
    });
    expect(await cluster.signsIn('ben', ' a pass: wörd ')).toBe(false);
    expect(await cluster.json('users enable ben')).toEqual({ name: 'ben', state: 'active' });
    expect(await cluster.signsIn('ben', ' a pass: wörd ')).toBe(true);
  });

  test('is locked for minutes after many wrong passwords, and can be let in before', async () => {
    await cluster.guess('ben', passwordPolicy.failures);
    expect(await cluster.signsIn('ben', ' a pass: wörd ')).toBe(false);
    expect(await cluster.json('users show ben')).toMatchObject({ state: 'locked' });
    await cluster.print('users enable ben');
    expect(await cluster.signsIn('ben', ' a pass: wörd ')).toBe(true);
  });

  test('gets another password, or a link to choose one', async () => {
    await cluster.print('users passwd ben --password-stdin', 'another long one');
    expect([await cluster.signsIn('ben', ' a pass: wörd '), await cluster.signsIn('ben', 'another long one')]).toEqual([false, true]);
    expect(await cluster.refused('users passwd ben --password-stdin', 'short')).toMatchObject({ status: 64 });
    const printed = await cluster.print('users passwd ben');
    expect(printed).toMatch(/\/reset-password\/new\?token=\S+$/);
    const key = (await cluster.print('secrets show guard.resetSecret')).trim();
    const opened = await openLink(/token=(\S+)/.exec(printed)?.[1] ?? '', key, Date.now());
    expect([opened?.purpose, opened?.isMadeIn(await cluster.linkState('ben'))]).toEqual(['reset', true]);
    const { link } = await cluster.json('users passwd ben --invite mail');
    expect(link).toMatchObject({ mailedTo: null, url: expect.stringContaining('/reset-password/new?token=') });
    await cluster.print('users passwd ben --password-stdin', 'yet another long one');
    expect(await cluster.print('users passwd anna')).toContain('/welcome?token=');
  });

  test('joins groups and leaves them; the directory knows it at once', async () => {
    await cluster.print('groups add book-club');
    expect(await cluster.json('users groups ben --add book-club,wiki-readers,viewer --remove admin')).toEqual({
      name: 'ben',
      groups: ['book-club', 'viewer', 'wiki-readers'],
    });
    expect((await cluster.asService('wiki', 'ldapsearch -LLL -b ou=people,dc=people,dc=localhost (uid=ben) memberOf')).stdout).toContain(
      'memberOf: cn=book-club,ou=groups,',
    );
    expect(await cluster.json('users groups ben --remove viewer')).toEqual({ name: 'ben', groups: ['book-club', 'wiki-readers'] });
    expect(await cluster.refused('users groups ben --add book-clubs')).toMatchObject({
      status: 64,
      said: expect.stringContaining('did you mean book-club?'),
    });
  });

  test('stays while nobody else could manage the cluster', async () => {
    for (const words of [
      ['disable', 'owner'],
      ['remove', 'owner', '--yes'],
      ['groups', 'owner', '--remove', 'admin'],
    ])
      expect(await cluster.refused(['users', ...words])).toMatchObject({ status: 1, said: expect.stringContaining('E_PERSON_KEPT') });
    await cluster.print('users groups anna --add admin');
    expect(await cluster.refused('users disable owner')).toMatchObject({ said: expect.stringContaining('no other admin could sign in') });
    await cluster.print('users groups ben --add admin');
    await cluster.print('users disable owner');
    await cluster.print('users enable owner');
    await cluster.print('users groups ben --remove admin');
  });

  test('who is removed is in no group any more, and a group without people goes on', async () => {
    expect(await cluster.refused('users remove ben', '')).toMatchObject({ status: 64, said: expect.stringContaining('add --yes') });
    const printed = await cluster.print('users remove ben --yes');
    expect(printed).toContain('ben is removed, from the directory and from every group');
    expect(printed).toMatch(/these could be entered and keep some:\n {2}wiki: volume wiki-pages$/);
    expect(await cluster.signsIn('ben', 'yet another long one')).toBe(false);
    const { groups } = await cluster.json('groups list');
    expect(groups).toContainEqual({ name: 'book-club', members: [], services: [] });
    await cluster.print('users add ben --email ben@example.org');
    expect(await cluster.json('users groups ben')).toEqual({ name: 'ben', groups: [] });
  });
});

describe('a file of people', () => {
  test('is tried, refused whole with every line, and then imported whole', async () => {
    const file = join(cluster.folder, 'people.csv');
    await writeFile(
      file,
      'name,email,full name,groups,password\ndora,dora@example.org,"Dora, D.",viewer;book-club,a long enough one\nEmil,e,,nogroup,\nanna,x@example.org,,,\n',
    );
    const { status, said } = await cluster.refused(['users', 'import', file]);
    expect(status).toBe(1);
    for (const words of [
      'people.csv:3 "Emil" is no name',
      'people.csv:3 "e" is no mail',
      'people.csv:3 there is no group "nogroup"',
      'E_IMPORT_REFUSED',
    ])
      expect(said).toContain(words);
    await writeFile(
      file,
      'name,email,full name,groups,password\ndora,dora@example.org,"Dora, D.",viewer;book-club,a long enough one\nemil,emil@example.org,,,\nanna,x@example.org,,,\n',
    );
    expect(await cluster.json(['users', 'import', file, '--check'])).toMatchObject({
      changed: false,
      existing: ['anna'],
      added: [{ name: 'dora' }, { name: 'emil' }],
    });
    expect(await cluster.names()).toEqual(['anna', 'ben', 'owner']);
    const printed = await cluster.print(['users', 'import', file]);
    expect(printed).toContain('anna is there already and is left as it is');
    expect(printed).toMatch(/emil chooses a password here[^]*\/welcome\?token=/);
    expect(await cluster.signsIn('dora', 'a long enough one')).toBe(true);
    expect(await cluster.json('users show dora')).toMatchObject({ fullName: 'Dora, D.', groups: ['book-club', 'viewer'] });
    expect(await cluster.json('users show anna')).toMatchObject({ mail: 'Anna@example.org' });
  });

  test('may be LDIF of another directory', async () => {
    const file = join(cluster.folder, 'people.ldif');
    await writeFile(
      file,
      'version: 1\n\ndn: uid=fred,o=old\nobjectClass: inetOrgPerson\nuid: fred\ncn:: RnLDqWQ=\nmail: fred@exam\n ple.org\nuserPassword: {SSHA}abc\n\ndn: cn=viewer,o=old\nobjectClass: groupOfNames\ncn: viewer\nmember: uid=fred,o=old\n',
    );
    expect(await cluster.print(['users', 'import', file])).toContain(
      'fred (Fréd, fred@example.org) added, in viewer; chooses a password by a link',
    );
    expect(await cluster.json('users show fred')).toMatchObject({ state: 'invited', groups: ['viewer'], mail: 'fred@example.org' });
  });
});

test('a group that opens something stays, and one that opens nothing goes', async () => {
  expect(await cluster.refused('groups remove viewer')).toMatchObject({ status: 1, said: expect.stringContaining('E_GROUP_KEPT') });
  expect(await cluster.refused('groups remove wiki-readers')).toMatchObject({ said: expect.stringContaining('it opens wiki') });
  expect(await cluster.refused('groups add book-club')).toMatchObject({ status: 1, said: expect.stringContaining('E_GROUP_TAKEN') });
  expect(await cluster.refused('groups add cn=x,dc=y')).toMatchObject({ status: 64 });
  expect(await cluster.json('groups remove book-club')).toEqual({ name: 'book-club', removed: true, members: ['dora'] });
  expect(await cluster.json('users groups dora')).toEqual({ name: 'dora', groups: ['viewer'] });
});

test('one service may set passwords of people, all others may not, and none that of a service', async () => {
  const change = (dn: string, value: string): string => `dn: ${dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${value}\n`;
  const dora = `uid=dora,ou=people,${suffix}`;
  expect((await cluster.asService('guard', 'ldapmodify', change(dora, 'chosen by herself'))).status).toBe(0);
  expect(await cluster.signsIn('dora', 'chosen by herself')).toBe(true);
  expect(await cluster.asService('guard', 'ldapmodify', change(dora, 'short'))).toMatchObject({ status: 19 });
  expect(await cluster.asService('guard', 'ldapmodify', change(`cn=wiki,ou=services,${suffix}`, 'chosen by another'))).toMatchObject({
    status: 50,
  });
  // A right guess must not be answered in another way than a wrong one.
  const guesses = [
    await cluster.asService('wiki', 'ldapmodify', change(dora, 'chosen by herself')),
    await cluster.asService('wiki', 'ldapmodify', change(dora, 'a wrong guess')),
  ];
  expect(guesses.map(({ status, stderr }) => [status, stderr])).toEqual([
    [50, guesses[1]?.stderr],
    [50, guesses[1]?.stderr],
  ]);
  const lock = `dn: ${dora}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n`;
  expect(await cluster.asService('guard', 'ldapmodify', lock)).toMatchObject({ status: 50 });
  const seen = (await cluster.asService('wiki', `ldapsearch -LLL -b ${suffix} (uid=dora) * +`)).stdout;
  expect(seen).toContain('uid: dora');
  expect(seen).not.toMatch(/userPassword|pwd/);
  expect(await cluster.asService('guard', 'ldapsearch -LLL -b cn=config')).toMatchObject({ status: 32, stdout: '' });
});

test('a second up leaves people as they are, and puts the probes back', async () => {
  const before = await cluster.json('users list --all');
  await cluster.print('up');
  expect(await cluster.json('users list --all')).toEqual(before);
  const probes = (before['people'] as readonly { name: string; kind: string; state: string; groups: readonly string[] }[]).filter(
    ({ kind }) => kind === 'probe',
  );
  expect(probes.map(({ name, state, groups }) => [name.slice('datamancy-probe-'.length), state, groups.join()])).toEqual([
    ['admin', 'active', 'admin'],
    ['disabled', 'disabled', 'admin,operator,viewer,wiki-readers'],
    ['member', 'active', 'wiki-readers'],
    ['operator', 'active', 'operator'],
    ['stranger', 'active', ''],
    ['viewer', 'active', 'viewer'],
  ]);
});
