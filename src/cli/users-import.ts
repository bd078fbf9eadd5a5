import { readFile } from 'node:fs/promises';
import { DatamancyError } from '../kit/errors.ts';
import { addPeople } from '../people/add-people.ts';
import type { ImportFile, ImportPlan } from '../people/import.ts';
import { planImport } from '../people/import.ts';
import type { Draft, Person } from '../people/person.ts';
import { readCsv } from '../people/read-csv.ts';
import { readLdif } from '../people/read-ldif.ts';
import { errorColors } from './colors.ts';
import { type Invitation, invite } from './invite.ts';
import { printFix, printJson } from './output.ts';
import { changePeople, type PeopleCluster } from './people-cluster.ts';
import { personJson } from './people-print.ts';

interface ImportOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly check?: true;
  readonly invite?: 'mail' | 'link';
}

/** Adds the people of a file, all of them or none. People who are there already are left as they are. */
export async function usersImport(options: ImportOptions, path: string, signal: AbortSignal): Promise<number> {
  const file = await readPeople(path);
  return changePeople(options, 'users import', async (cluster) => {
    const before = await cluster.directory.read(signal);
    const plan = planImport(file, before);
    if (plan.problems.length > 0) return refuse(options, path, plan);
    if (options.check) {
      if (options.json) printJson({ ...planJson(plan), notes: file.notes, added: plan.added.map(draftJson), changed: false });
      else printPlan(plan, file.notes, 'would be added');
      return 0;
    }
    const added = await addPeople(cluster.directory, plan.added, before, signal);
    const invitations = await inviteAll(cluster, added, options.invite ?? 'link', signal);
    if (options.json) {
      const people = added.map((person) => ({ ...personJson(person), invitation: invitations.get(person.name)?.json ?? null }));
      printJson({ ...planJson(plan), notes: file.notes, added: people, changed: added.length > 0 });
      return 0;
    }
    printPlan(plan, file.notes, 'added');
    for (const invitation of invitations.values()) invitation.print();
    if (plan.added.some(({ password }) => password !== undefined)) console.log(`passwords stand in ${path}: delete it`);
    return 0;
  });
}

async function readPeople(path: string): Promise<ImportFile> {
  const reader = { csv: readCsv, ldif: readLdif }[/\.(?<kind>csv|ldif)$/i.exec(path)?.groups?.['kind']?.toLowerCase() ?? ''];
  if (!reader) throw new DatamancyError('E_USAGE', `${path} is neither .csv nor .ldif`, { fix: 'give a file with one of these endings' });
  return reader(await readFile(path, 'utf8'));
}

async function inviteAll(
  cluster: PeopleCluster,
  added: readonly Person[],
  by: 'mail' | 'link',
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Invitation>> {
  const invitations = new Map<string, Invitation>();
  for (const person of added.filter(({ state }) => state === 'invited'))
    invitations.set(person.name, await invite(cluster, person, by, signal));
  return invitations;
}

function refuse(options: ImportOptions, path: string, plan: ImportPlan): number {
  if (options.json) printJson({ ...planJson(plan), notes: [], added: [], changed: false });
  for (const { line, what, fix } of plan.problems) {
    console.error(`${errorColors.red(`${path}:${line}`)} ${what}`);
    printFix(fix);
  }
  throw new DatamancyError('E_IMPORT_REFUSED', `nobody was added: ${path} has ${plan.problems.length} problems`, {
    fix: 'correct the lines above and run the command again; --check tries without adding',
  });
}

function planJson({ existing, problems }: ImportPlan): Pick<ImportPlan, 'existing' | 'problems'> {
  return { existing, problems };
}

function draftJson({ name, mail, fullName, groups, password }: Draft): Readonly<Record<string, unknown>> {
  return { name, fullName, mail, groups, hasPassword: password !== undefined };
}

function printPlan({ added, existing }: ImportPlan, notes: readonly string[], verb: string): void {
  for (const { name, fullName, mail, groups, password } of added) {
    const how = password === undefined ? 'chooses a password by a link' : 'has a password';
    console.log(`${name} (${fullName}, ${mail}) ${verb}, in ${groups.join(', ') || 'no group'}; ${how}`);
  }
  for (const name of existing) console.log(`${name} is there already and is left as it is`);
  for (const note of notes) console.log(`note: ${note}`);
  console.log(`${added.length} ${verb}, ${existing.length} there already`);
}
