import { findPerson } from '../people/find.ts';
import type { Person } from '../people/person.ts';
import { servicesFor } from '../people/traces.ts';
import { colors } from './colors.ts';
import { printJson, printTable } from './output.ts';
import { withPeople } from './people-cluster.ts';
import { coloredState, personJson } from './people-print.ts';
import { secondFactorOf } from './second-factor.ts';

interface ListOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly all?: true;
}

/** Lists people; with `--all` also the accounts of the cluster itself. */
export async function usersList(options: ListOptions, signal: AbortSignal): Promise<number> {
  return withPeople(options, async ({ directory }) => {
    const { people } = await directory.read(signal);
    const listed = people.filter(({ kind }) => options.all || kind === 'person');
    if (options.json) printJson({ people: listed.map(personJson) });
    else printTable([titles(options.all), ...listed.map((person) => rowOf(person, options.all))]);
    return 0;
  });
}

/** Everything about one person, and what that person may enter. */
export async function usersShow(options: ListOptions, name: string, signal: AbortSignal): Promise<number> {
  return withPeople(options, async (cluster) => {
    const { stack, directory } = cluster;
    const person = findPerson(await directory.read(signal), name);
    const enters = servicesFor(stack, person).map(({ service, url }) => ({ title: service.title, url }));
    const secondFactor = await secondFactorOf(cluster, person, signal);
    if (options.json) {
      printJson({ ...personJson(person), secondFactor, enters: enters.map(({ url }) => url).filter((url) => url !== '') });
      return 0;
    }
    printTable([
      ['name', person.name],
      ['full name', person.fullName],
      ['mail', person.mail],
      ['groups', person.groups.join(', ') || 'none'],
      ['state', coloredState(person.state)],
      ['second factor', secondFactor],
      ...enters.map(({ title, url }, index) => [index === 0 ? 'may enter' : '', `${title}  ${colors.dim(url)}`]),
    ]);
    return 0;
  });
}

function titles(all: true | undefined): readonly string[] {
  return ['NAME', 'FULL NAME', 'MAIL', 'STATE', ...(all ? ['KIND'] : []), 'GROUPS'].map((title) => colors.dim(title));
}

function rowOf({ name, fullName, mail, state, kind, groups }: Person, all: true | undefined): readonly string[] {
  return [name, fullName, mail, coloredState(state), ...(all ? [kind] : []), groups.join(', ')];
}
