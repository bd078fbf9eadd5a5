import { joinGroup, leaveGroup } from '../people/changes.ts';
import { findGroup, findPerson } from '../people/find.ts';
import { highestTier, keepAnAdmin } from '../people/keep.ts';
import { printJson } from './output.ts';
import { changePeople, listOfNames } from './people-cluster.ts';

interface GroupsOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly add?: string;
  readonly remove?: string;
}

/** Shows the groups of a person after putting that person into some and taking out of others. */
export async function usersGroups(options: GroupsOptions, name: string, signal: AbortSignal): Promise<number> {
  return changePeople(options, 'users groups', async ({ directory }) => {
    const people = await directory.read(signal);
    const person = findPerson(people, name);
    const added = listOfNames(options.add).map((group) => findGroup(people, group));
    const removed = listOfNames(options.remove).map((group) => findGroup(people, group));
    if (removed.some((group) => group.name === highestTier)) keepAnAdmin(people, person, `taken out of ${highestTier}`);
    const isIn = (group: string): boolean => person.groups.includes(group);
    await directory.write(
      [
        ...new Set([
          ...added.filter((group) => !isIn(group.name)).map((group) => joinGroup(group, person)),
          ...removed.filter((group) => isIn(group.name)).map((group) => leaveGroup(group, person)),
        ]),
      ],
      signal,
    );
    const { groups } = findPerson(await directory.read(signal), name);
    if (options.json) printJson({ name: person.name, groups });
    else console.log(groups.length === 0 ? `${person.name} is in no group` : `${person.name} is in ${groups.join(', ')}`);
    return 0;
  });
}
