import { expect, test } from 'vitest';
import { DatamancyError } from '../kit/errors.ts';
import { addPeople } from './add-people.ts';
import type { Directory } from './directory.ts';
import type { People } from './person.ts';

const { signal } = new AbortController();
const refusal = new DatamancyError('E_DIRECTORY_FAILED', 'the directory refused: no', { fix: 'try again' });

/** A directory that holds who was added, and refuses an entry of this name. It understands the first lines of a change only. */
function directoryWith(refuses?: string): { readonly directory: Directory; readonly held: () => readonly string[] } {
  const held = new Set(['anna']);
  const written: string[] = [];
  const read = async (): Promise<People> => ({
    groups: [{ dn: 'cn=viewer,ou=groups,dc=example,dc=org', name: 'viewer', members: [] }],
    people: [...held].map((name) => ({
      dn: `uid=${name},ou=people,dc=example,dc=org`,
      id: name,
      name,
      fullName: name,
      mail: '',
      groups: written.some((change) => change.includes('cn=viewer') && change.includes(`uid=${name},`)) ? ['viewer'] : [],
      state: 'invited',
      kind: 'person',
      passwordState: '',
    })),
  });
  const write = async (changes: readonly string[]): Promise<void> => {
    for (const change of changes) {
      const { name = '', type } = /^dn: uid=(?<name>\w+),.*\nchangetype: (?<type>\w+)/.exec(change)?.groups ?? {};
      if (type === 'add' && name === refuses) throw refusal;
      if (type === 'add') held.add(name);
      if (type === 'delete') held.delete(name);
      written.push(change);
    }
  };
  return { directory: { domain: 'example.org', read, write }, held: () => [...held] };
}

function draft(name: string): { name: string; mail: string; fullName: string; groups: readonly string[] } {
  return { name, mail: `${name}@example.org`, fullName: name, groups: ['viewer'] };
}

test('people are added with their groups, and given as the directory has them', async () => {
  const { directory, held } = directoryWith();
  const added = await addPeople(directory, [draft('ben'), draft('carl')], await directory.read(signal), signal);
  expect(added.map(({ name, groups }) => [name, groups])).toEqual([
    ['ben', ['viewer']],
    ['carl', ['viewer']],
  ]);
  expect(held()).toEqual(['anna', 'ben', 'carl']);
});

test('where one is refused, those before are taken out again and nobody else is touched', async () => {
  const { directory, held } = directoryWith('carl');
  const before = await directory.read(signal);
  await expect(addPeople(directory, [draft('ben'), draft('carl'), draft('dora')], before, signal)).rejects.toBe(refusal);
  expect(held()).toEqual(['anna']);
});
