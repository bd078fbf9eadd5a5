import { isProbeName, lockedForGood, overSocket, passwordPolicy, treeOf } from '../contracts/index.ts';
import { DatamancyError } from '../kit/errors.ts';
import type { ExecResult, Runtime } from '../runtime/runtime.ts';
import { type LdifRecord, parseLdif } from './ldif.ts';
import type { Group, People, Person, PersonState } from './person.ts';

/** The cluster's directory, spoken to inside its unit. Throws E_DIRECTORY_FAILED where it does not answer or refuses. */
export interface Directory {
  readonly domain: string;
  read(signal: AbortSignal): Promise<People>;
  /** Applies LDIF changes in their order, up to the first that is refused. */
  write(changes: readonly string[], signal: AbortSignal): Promise<void>;
}

/** Names never go into a filter: everybody is read, and looked for here. So nothing that somebody typed can widen a search. */
const everybody = '(|(objectClass=inetOrgPerson)(objectClass=groupOfNames)(objectClass=applicationProcess))';
const attributes = ['entryUUID', 'uid', 'cn', 'displayName', 'mail', 'member', 'objectClass', 'pwdChangedTime', 'pwdAccountLockedTime'];

export function openDirectory({
  runtime,
  unit,
  domain,
}: {
  readonly runtime: Pick<Runtime, 'exec' | 'observe'>;
  /** The service that provides `ldap`. */
  readonly unit: string;
  readonly domain: string;
}): Directory {
  async function ask(argv: readonly [string, ...string[]], input: string, signal: AbortSignal): Promise<string> {
    const state = (await runtime.observe(signal)).find(({ service }) => service === unit)?.state ?? 'absent';
    if (state !== 'healthy' && state !== 'unhealthy' && state !== 'starting') {
      throw new DatamancyError('E_DIRECTORY_FAILED', `${unit} does not run (${state})`, { fix: 'start it with: datamancy up' });
    }
    const result = await runtime.exec(unit, argv, { input }, signal);
    if (result.status === 0) return result.stdout;
    throw new DatamancyError('E_DIRECTORY_FAILED', `the directory refused: ${reasonOf(result)}`, {
      fix: `see datamancy logs ${unit}; where its answer speaks of access or a policy, run datamancy up once`,
    });
  }

  async function search(filter: string, wanted: readonly string[], signal: AbortSignal): Promise<readonly LdifRecord[]> {
    const argv = overSocket('ldapsearch -LLL -o ldif-wrap=no', '-b', treeOf(domain).suffix, filter, ...wanted);
    const { records, faults } = parseLdif(await ask(argv, '', signal));
    const [fault] = faults;
    if (fault) throw new DatamancyError('E_DIRECTORY_FAILED', `the directory's answer cannot be read: ${fault.what}`, { fix: 'try again' });
    return records;
  }

  return {
    domain,
    read: async (signal) => {
      const [entries, unset] = await Promise.all([
        search(everybody, attributes, signal),
        search('(&(objectClass=inetOrgPerson)(!(userPassword=*)))', ['1.1'], signal),
      ]);
      return peopleOf(entries, new Set(unset.map(({ dn }) => dn)), domain, Date.now());
    },
    write: async (changes, signal) => {
      if (changes.length > 0) await ask(overSocket('ldapmodify'), changes.join('\n'), signal);
    },
  };
}

function peopleOf(entries: readonly LdifRecord[], withoutPassword: ReadonlySet<string>, domain: string, now: number): People {
  const tree = treeOf(domain);
  const groups = entries
    .filter((entry) => isOf(entry, 'groupOfNames') && isBelow(entry.dn, tree.groups))
    .map((entry): Group => {
      const members = all(entry, 'member').map((dn) => dn.toLowerCase());
      return { dn: entry.dn, name: first(entry, 'cn'), members: members.filter((dn) => dn !== tree.nobody.toLowerCase()) };
    });
  const people = entries.flatMap((entry): readonly Person[] => {
    const isService = isOf(entry, 'applicationProcess') && isBelow(entry.dn, tree.services);
    if (!isService && !(isOf(entry, 'inetOrgPerson') && isBelow(entry.dn, tree.people))) return [];
    const name = first(entry, isService ? 'cn' : 'uid');
    return [
      {
        dn: entry.dn,
        id: first(entry, 'entryUUID'),
        name,
        fullName: first(entry, 'displayName') || first(entry, 'cn'),
        mail: first(entry, 'mail'),
        groups: groups
          .filter(({ members }) => members.includes(entry.dn.toLowerCase()))
          .map((group) => group.name)
          .toSorted(),
        state: stateOf(first(entry, 'pwdAccountLockedTime'), withoutPassword.has(entry.dn), now),
        kind: isService ? 'service' : isProbeName(name) ? 'probe' : 'person',
        passwordState: `${first(entry, 'entryUUID')} ${first(entry, 'pwdChangedTime')}`,
      },
    ];
  });
  return { people: people.toSorted(byName), groups: groups.toSorted(byName) };
}

/** A lock after wrong passwords stays written after it ended, until the next try. */
function stateOf(lockedTime: string, hasNoPassword: boolean, now: number): PersonState {
  if (lockedTime === lockedForGood) return 'disabled';
  if (hasNoPassword) return 'invited';
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(lockedTime) ?? [];
  const since = year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return now < since + passwordPolicy.lockSeconds * 1000 ? 'locked' : 'active';
}

function all({ attributes: own }: LdifRecord, name: string): readonly string[] {
  return own.filter((attribute) => attribute.name === name.toLowerCase()).map(({ value }) => value);
}

function first(entry: LdifRecord, name: string): string {
  return all(entry, name)[0] ?? '';
}

function isOf(entry: LdifRecord, objectClass: string): boolean {
  return all(entry, 'objectClass').some((value) => value.toLowerCase() === objectClass.toLowerCase());
}

function isBelow(dn: string, base: string): boolean {
  return dn.toLowerCase().endsWith(`,${base}`);
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** The server's own words, without the records that the program repeats. */
function reasonOf({ stdout, stderr, status }: ExecResult): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => /^(?:ldap\w*:|ldap_\w+|additional info:|matched DN:)/.test(line));
  return said.map((line) => line.replace(/^ldap_\w+: |^additional info: /, '')).join(': ') || `status ${status}`;
}
