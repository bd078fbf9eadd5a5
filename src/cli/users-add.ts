import { DatamancyError } from '../kit/errors.ts';
import { addPeople } from '../people/add-people.ts';
import { problemsOf, tidied } from '../people/draft.ts';
import { isSame, shown } from '../people/find.ts';
import type { Draft, People } from '../people/person.ts';
import { invite } from './invite.ts';
import { printJson } from './output.ts';
import { changePeople, listOfNames, readPassword } from './people-cluster.ts';
import { personJson } from './people-print.ts';

interface AddOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly email?: string;
  readonly name?: string;
  readonly groups?: string;
  readonly invite?: 'mail' | 'link';
  readonly passwordStdin?: true;
}

/** Adds a person, who chooses a password by a link unless one is given on standard input. */
export async function usersAdd(options: AddOptions, name: string, signal: AbortSignal): Promise<number> {
  const draft = tidied({
    name,
    mail: options.email ?? '',
    fullName: options.name ?? '',
    groups: listOfNames(options.groups),
    ...(options.passwordStdin ? { password: await readPassword() } : {}),
  });
  return changePeople(options, 'users add', async (cluster) => {
    const { directory } = cluster;
    const before = await directory.read(signal);
    refuseUnfit(draft, before);
    const [person] = await addPeople(directory, [draft], before, signal);
    if (!person) throw new DatamancyError('E_DIRECTORY_FAILED', `${draft.name} was added and then not found`, { fix: 'try again' });
    if (!options.json) console.log(`${person.name} is added, ${inGroups(person.groups)}`);
    if (draft.password !== undefined) {
      if (options.json) printJson({ ...personJson(person), invitation: null });
      return 0;
    }
    const invitation = await invite(cluster, person, options.invite ?? 'link', signal);
    if (options.json) printJson({ ...personJson(person), invitation: invitation.json });
    else invitation.print();
    return 0;
  });
}

function refuseUnfit(draft: Draft, people: People): void {
  if (people.people.some((person) => isSame(person.name, draft.name))) {
    throw new DatamancyError('E_PERSON_TAKEN', `there is a ${shown(draft.name)} already`, {
      fix: `see who it is with: datamancy users show ${draft.name}`,
    });
  }
  const problems = problemsOf(draft, people);
  if (problems.length === 0) return;
  const fixes = [...new Set(problems.map(({ fix }) => fix))];
  throw new DatamancyError('E_USAGE', problems.map(({ what }) => what).join('; '), { fix: fixes.join('; ') });
}

function inGroups(groups: readonly string[]): string {
  return groups.length === 0 ? 'in no group, and so may enter nothing that asks for one' : `in ${groups.join(', ')}`;
}
