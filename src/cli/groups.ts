import { tiers } from '../contracts/index.ts';
import { DatamancyError } from '../kit/errors.ts';
import { addGroup, removeGroup } from '../people/changes.ts';
import { findGroup, isSame, shown } from '../people/find.ts';
import { usersOfGroup } from '../people/group-use.ts';
import type { Group, People } from '../people/person.ts';
import { patterns } from '../stack/names.ts';
import { colors } from './colors.ts';
import { printJson, printTable } from './output.ts';
import { changePeople, withPeople } from './people-cluster.ts';

interface Options {
  readonly cluster?: string;
  readonly json?: true;
}

/** Lists groups, the people in each and the services that ask for it. */
export async function groupsList(options: Options, signal: AbortSignal): Promise<number> {
  return withPeople(options, async ({ stack, directory }) => {
    const people = await directory.read(signal);
    const groups = people.groups.map((group) => ({
      name: group.name,
      members: membersOf(people, group),
      services: usersOfGroup(stack, group.name),
    }));
    if (options.json) printJson({ groups });
    else {
      printTable([
        ['GROUP', 'MEMBERS', 'OPENS'].map((title) => colors.dim(title)),
        ...groups.map(({ name, members, services }) => [name, members.join(', ') || '-', services.join(', ') || '-']),
      ]);
    }
    return 0;
  });
}

export async function groupsAdd(options: Options, name: string, signal: AbortSignal): Promise<number> {
  if (!patterns.group.test(name)) {
    throw new DatamancyError('E_USAGE', `${shown(name)} is no name of a group`, {
      fix: 'use a lower-case letter followed by a-z, 0-9 or dashes, 63 in all',
    });
  }
  return changePeople(options, 'groups add', async ({ directory }) => {
    const { groups } = await directory.read(signal);
    if (groups.some((group) => isSame(group.name, name)))
      throw new DatamancyError('E_GROUP_TAKEN', `there is a group ${name} already`, { fix: 'see it with: datamancy groups list' });
    await directory.write([addGroup(directory.domain, name)], signal);
    if (options.json) printJson({ name, members: [] });
    else console.log(`${name} is there; fill it with: datamancy users groups NAME --add ${name}`);
    return 0;
  });
}

/** Removes a group that opens nothing. Its people stay. */
export async function groupsRemove(options: Options, name: string, signal: AbortSignal): Promise<number> {
  return changePeople(options, 'groups remove', async ({ stack, directory }) => {
    const people = await directory.read(signal);
    const group = findGroup(people, name);
    const services = usersOfGroup(stack, group.name);
    if (services.length > 0) {
      throw new DatamancyError('E_GROUP_KEPT', `${group.name} cannot be removed: it opens ${services.join(', ')}`, {
        fix: 'let those name another group in cluster.yaml first, as groups: [...], and run datamancy up',
      });
    }
    if (tiers.some((tier) => tier === group.name))
      throw new DatamancyError('E_GROUP_KEPT', `${group.name} is a tier, which every cluster has`, {
        fix: 'take people out of it instead',
      });
    const members = membersOf(people, group);
    await directory.write([removeGroup(group)], signal);
    if (options.json) printJson({ name: group.name, removed: true, members });
    else console.log(`${group.name} is removed; in it were: ${members.join(', ') || 'nobody'}`);
    return 0;
  });
}

function membersOf({ people }: People, { members }: Group): readonly string[] {
  return people.filter(({ kind, dn }) => kind === 'person' && members.includes(dn.toLowerCase())).map(({ name }) => name);
}
