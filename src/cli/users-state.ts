import { createInterface } from 'node:readline/promises';
import { DatamancyError } from '../kit/errors.ts';
import { askSignOn } from '../people/ask-sign-on.ts';
import { disable, enable, removePerson } from '../people/changes.ts';
import { findPerson } from '../people/find.ts';
import { keepAnAdmin, keepOwner } from '../people/keep.ts';
import type { Trace } from '../people/traces.ts';
import { tracesOf } from '../people/traces.ts';
import { errorColors } from './colors.ts';
import { printJson } from './output.ts';
import { changePeople } from './people-cluster.ts';
import { endedJson, endedWords, endSessions } from './users-sessions.ts';

interface StateOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly yes?: true;
}

/** Keeps a person out until enabled again. Where open sessions cannot be ended at once, they end when the sign-on server looks the next time. */
export async function usersDisable(options: StateOptions, name: string, signal: AbortSignal): Promise<number> {
  return changePeople(options, 'users disable', async (cluster) => {
    const { directory } = cluster;
    const people = await directory.read(signal);
    const person = findPerson(people, name);
    keepAnAdmin(people, person, 'disabled');
    await directory.write([disable(person)], signal);
    const ended = await endSessions(cluster, person, signal);
    if (options.json) printJson({ name: person.name, state: 'disabled', ...endedJson(ended) });
    else console.log(`${person.name} is disabled: no sign-in from now on, and ${endedWords(ended, 'open sessions end within a minute')}`);
    return 0;
  });
}

/** Lets a person in again who was disabled, or locked after wrong passwords. */
export async function usersEnable(options: StateOptions, name: string, signal: AbortSignal): Promise<number> {
  return changePeople(options, 'users enable', async ({ directory }) => {
    const person = findPerson(await directory.read(signal), name);
    await directory.write([enable(person)], signal);
    const state = findPerson(await directory.read(signal), name).state;
    if (options.json) printJson({ name: person.name, state });
    else if (state === 'invited')
      console.log(`${person.name} is enabled, and has no password yet; make a link with: datamancy users passwd ${person.name}`);
    else console.log(`${person.name} can sign in`);
    return 0;
  });
}

/** Deletes the person from the directory, and says where data of that person is left in the apps. */
export async function usersRemove(options: StateOptions, name: string, signal: AbortSignal): Promise<number> {
  return changePeople(options, 'users remove', async ({ stack, directory, runtime }) => {
    const people = await directory.read(signal);
    const person = findPerson(people, name);
    keepOwner(stack.declaration.admin.name, person);
    keepAnAdmin(people, person, 'removed');
    const traces = tracesOf(stack, person);
    if (!options.yes && !(await isConfirmed(`remove ${person.name} (${person.fullName}, ${person.mail})? yes/no: `))) {
      console.error('nothing was removed');
      return 1;
    }
    await directory.write([removePerson(person)], signal);
    const { why } = await askSignOn(stack, runtime, { kind: 'forget-person', id: person.id }, signal);
    if (options.json) printJson({ name: person.name, removed: true, signOnForgot: why === undefined, dataLeft: traces });
    else printTraces(person.name, traces);
    if (why !== undefined)
      console.error(errorColors.yellow(`note: second factors and consents are still kept, and of no use to anybody: ${why}`));
    return 0;
  });
}

async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new DatamancyError('E_USAGE', 'removing a person has to be confirmed, and nobody can be asked here', { fix: 'add --yes' });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

function printTraces(name: string, traces: readonly Trace[]): void {
  console.log(`${name} is removed, from the directory and from every group; open sessions end within a minute`);
  if (traces.length === 0) return;
  console.log('data in apps is not touched; these could be entered and keep some:');
  for (const { service, title, volumes, databases } of traces) {
    const places = [...volumes.map((volume) => `volume ${service}-${volume}`), ...databases.map((database) => `database ${database}`)];
    console.log(`  ${title}: ${places.join(', ')}`);
  }
}
