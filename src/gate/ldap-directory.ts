import { randomBytes } from 'node:crypto';
import { Attribute, Change, Client, type Entry, InvalidCredentialsError, ResultCodeError } from 'ldapts';
import { messageOf } from '../kit/errors.ts';
import type { GateConfig } from './config.ts';
import { type Directory, isUsableName, type Person } from './directory.ts';
import { fillFilter } from './ldap-filter.ts';
import { askPasswordPolicy } from './ldap-password-policy.ts';

type Settings = GateConfig['ldap'];

interface Found {
  readonly dn: string;
  readonly passwordState: string;
  readonly person: Person;
}

/**
 * People in an LDAP server. Each answer uses a connection of its own: search as the service account, then bind as the
 * person on the same connection. So a server that was away is found again by the next attempt, and no bound
 * connection is ever shared. An unknown name costs the same steps as a known one.
 */
export function createLdapDirectory(settings: Settings): Directory {
  return {
    async signIn(username, password, signal) {
      if (password === '' || username === '') return { kind: 'refused', isKnown: false };
      return await withClient(settings, signal, async (client) => {
        const found = await findPerson(client, settings, username);
        const proof = await bindAs(client, found?.dn ?? unknownDn(settings), password);
        return found && proof !== 'refused' ? { kind: proof, person: found.person } : { kind: 'refused', isKnown: found !== undefined };
      });
    },
    async lookUp(username, signal) {
      return await withClient(settings, signal, async (client) => {
        const found = await findPerson(client, settings, username);
        return found ? { kind: 'found', person: found.person } : { kind: 'missing' };
      });
    },
    async lookUpId(id, signal) {
      return await withClient(settings, signal, async (client) => {
        const found = await findPerson(client, settings, (await nameOf(client, settings, id)) ?? '');
        return found?.person.id === id ? { kind: 'found', person: found.person } : { kind: 'missing' };
      });
    },
    async passwordState(username, signal) {
      return await withClient(settings, signal, async (client) => {
        const found = await findPerson(client, settings, username);
        return found ? { kind: 'found', person: found.person, state: found.passwordState } : { kind: 'missing' };
      });
    },
    async setPassword(username, password, signal) {
      return await withClient(settings, signal, async (client) => {
        const found = await findPerson(client, settings, username);
        return found ? await writePassword(client, found.dn, password) : { kind: 'missing' };
      });
    },
    async changePassword(username, former, password, signal) {
      if (former === '') return { kind: 'missing' };
      return await withClient(settings, signal, async (client) => {
        const found = await findPerson(client, settings, username);
        const proof = await bindAs(client, found?.dn ?? unknownDn(settings), former);
        return found && proof !== 'refused' ? await writePassword(client, found.dn, password) : { kind: 'missing' };
      });
    },
  };
}

async function withClient<T>(
  settings: Settings,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T | { readonly kind: 'unavailable'; readonly reason: string }> {
  const tlsOptions = {
    minVersion: settings.tls?.minimum_version === 'TLS1.3' ? ('TLSv1.3' as const) : ('TLSv1.2' as const),
    rejectUnauthorized: settings.tls?.skip_verify !== true,
    ...(settings.tls?.server_name ? { servername: settings.tls.server_name } : {}),
  };
  const client = new Client({
    url: settings.address,
    timeout: settings.timeout,
    connectTimeout: settings.timeout,
    strictDN: false,
    ...(settings.address.startsWith('ldaps:') ? { tlsOptions } : {}),
  });
  const leave = () => void client.unbind().catch(() => undefined);
  signal.addEventListener('abort', leave);
  try {
    signal.throwIfAborted();
    if (settings.start_tls) await client.startTLS(tlsOptions);
    await client.bind(settings.user, settings.password);
    return await work(client);
  } catch (cause) {
    return { kind: 'unavailable', reason: messageOf(cause) };
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

async function findPerson(client: Client, settings: Settings, username: string): Promise<Found | undefined> {
  const names = settings.attributes;
  const attributes = attributePlaceholders(settings);
  const { searchEntries } = await client.search(joinDn(settings.additional_users_dn, settings.base_dn), {
    scope: 'sub',
    filter: fillFilter(settings.users_filter, { input: username }, attributes),
    attributes: [names.username, names.display_name, names.mail, names.member_of, 'entryUUID', 'pwdChangedTime', 'pwdAccountLockedTime'],
    timeLimit: Math.ceil(settings.timeout / 1000),
  });
  const entry = searchEntries.length === 1 ? searchEntries[0] : undefined;
  const spelling = entry ? valuesOf(entry, names.username) : [];
  const [name = ''] = spelling;
  const dn = entry?.dn ?? unknownDn(settings);
  const groups = await findGroups(client, settings, { input: username, username: name, dn }, entry);
  if (!entry || spelling.length !== 1 || !isUsableName(name) || isDisabled(entry)) return undefined;
  const id = valuesOf(entry, 'entryUUID')[0] ?? name;
  return {
    dn,
    passwordState: `${id} ${valuesOf(entry, 'pwdChangedTime')[0] ?? ''}`,
    person: {
      id,
      username: name,
      displayName: valuesOf(entry, names.display_name)[0] ?? name,
      email: valuesOf(entry, names.mail)[0] ?? '',
      groups,
    },
  };
}

/** The name that goes with a {@link Person.id}; the id itself where the directory gives none. */
async function nameOf(client: Client, settings: Settings, id: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  const { searchEntries } = await client.search(joinDn(settings.additional_users_dn, settings.base_dn), {
    scope: 'sub',
    filter: `(entryUUID=${id})`,
    attributes: [settings.attributes.username],
    timeLimit: Math.ceil(settings.timeout / 1000),
  });
  return searchEntries[0] && valuesOf(searchEntries[0], settings.attributes.username)[0];
}

/** Locked for good (draft-behera-ldap-password-policy-10, section 5.3.3). A new password would take the lock away. */
function isDisabled(entry: Entry): boolean {
  return valuesOf(entry, 'pwdAccountLockedTime').includes('000001010000Z');
}

async function findGroups(
  client: Client,
  settings: Settings,
  values: Readonly<Record<string, string>>,
  person: Entry | undefined,
): Promise<string[]> {
  const memberOf = person ? valuesOf(person, settings.attributes.member_of).map((dn) => dn.toLowerCase()) : [];
  const { searchEntries } = await client.search(joinDn(settings.additional_groups_dn, settings.base_dn), {
    scope: 'sub',
    filter: fillFilter(settings.groups_filter, values, attributePlaceholders(settings)),
    attributes: [settings.attributes.group_name],
    timeLimit: Math.ceil(settings.timeout / 1000),
  });
  const entries =
    settings.group_search_mode === 'memberof' ? searchEntries.filter(({ dn }) => memberOf.includes(dn.toLowerCase())) : searchEntries;
  const groups = entries.flatMap((entry) => valuesOf(entry, settings.attributes.group_name).slice(0, 1)).filter(isUsableName);
  return [...new Set(groups)].toSorted();
}

async function bindAs(client: Client, dn: string, password: string): Promise<'accepted' | 'must-change' | 'refused'> {
  const policy = askPasswordPolicy();
  try {
    await client.bind(dn, password, policy.control);
    return policy.asksForNewPassword() ? 'must-change' : 'accepted';
  } catch (cause) {
    // OpenLDAP speaks of an expired password only to who knows it.
    if (cause instanceof InvalidCredentialsError) return policy.asksForNewPassword() ? 'must-change' : 'refused';
    // What OpenLDAP answers for an account that has no password, or that its policy keeps out.
    if (cause instanceof ResultCodeError && [19, 48, 50, 53].includes(cause.code)) return 'refused';
    throw cause;
  }
}

/** In clear, so that the directory's policy can judge the password before it keeps a hash (olcPPolicyHashCleartext). */
async function writePassword(
  client: Client,
  dn: string,
  password: string,
): Promise<{ readonly kind: 'changed' } | { readonly kind: 'refused'; readonly why: string }> {
  const policy = askPasswordPolicy();
  const modification = new Attribute({ type: 'userPassword', values: [password] });
  try {
    await client.modify(dn, new Change({ operation: 'replace', modification }), policy.control);
    return { kind: 'changed' };
  } catch (cause) {
    if (cause instanceof ResultCodeError && [19, 50, 53].includes(cause.code)) return { kind: 'refused', why: policy.refusalWords() };
    throw cause;
  }
}

function unknownDn(settings: Settings): string {
  return joinDn(
    `${settings.attributes.username}=${randomBytes(12).toString('hex')}`,
    joinDn(settings.additional_users_dn, settings.base_dn),
  );
}

function joinDn(relative: string, base: string): string {
  return relative === '' ? base : `${relative},${base}`;
}

function attributePlaceholders(settings: Settings): Readonly<Record<string, string>> {
  const names = settings.attributes;
  return {
    username_attribute: names.username,
    display_name_attribute: names.display_name,
    mail_attribute: names.mail,
    member_of_attribute: names.member_of,
    distinguished_name_attribute: names.distinguished_name,
  };
}

function valuesOf(entry: Entry, name: string): string[] {
  const key = Object.keys(entry).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? [] : entry[key];
  return [value ?? []]
    .flat()
    .map(String)
    .filter((text) => text !== '');
}
