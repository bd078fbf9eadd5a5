import { addPerson, joinGroup, personDn, removePerson } from './changes.ts';
import type { Directory } from './directory.ts';
import { findGroup, isSame } from './find.ts';
import type { Draft, People, Person } from './person.ts';

/**
 * Adds people whose drafts have no problems, and gives them as the directory has them then. All or nobody: where the directory refuses
 * one, those before it are taken out again and the refusal is thrown.
 */
export async function addPeople(
  directory: Directory,
  drafts: readonly Draft[],
  before: People,
  signal: AbortSignal,
): Promise<readonly Person[]> {
  const changes = drafts.flatMap((draft) => {
    const groups = draft.groups.map((group) => findGroup(before, group));
    const member = { dn: personDn(directory.domain, draft.name) };
    return [addPerson(directory.domain, draft), ...groups.map((group) => joinGroup(group, member))];
  });
  try {
    await directory.write(changes, signal);
  } catch (refusal) {
    const made = addedSince(before, await directory.read(signal), drafts);
    await directory.write(made.map(removePerson), signal);
    throw refusal;
  }
  return addedSince(before, await directory.read(signal), drafts);
}

function addedSince(before: People, after: People, drafts: readonly Draft[]): readonly Person[] {
  return after.people.filter(
    ({ dn, name }) => drafts.some((draft) => isSame(draft.name, name)) && !before.people.some((person) => isSame(person.dn, dn)),
  );
}
