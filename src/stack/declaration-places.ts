import { authMethods, clientScopes, consentModes, grantTypes, idTokenClaims, responseModes, responseTypes } from './client-schema.ts';
import { whyNoDomain } from './names.ts';
import { listWords } from './nearest.ts';
import { paymentPlaces } from './payment-places.ts';
import type { Place } from './place.ts';
import { profiles } from './profiles.ts';

const emailPlace: Place = { rule: 'email-valid', must: 'an e-mail address', fix: 'write one such as me@example.org' };
const portPlace: Place = {
  rule: 'port-valid',
  must: 'a port from 1 to 65535',
  fix: 'write a number such as 8443, or leave it out to have a free one chosen',
};
const mapOf = (of: string, fix: string): Place => ({ rule: 'wrong-type', must: `a map ${of}`, fix });

const memoryPlace: Place = { rule: 'memory-valid', must: 'a size in MiB, GiB or TiB', fix: 'write a size such as 512MiB or 2GiB' };
const yesOrNo: Place = { rule: 'wrong-type', must: 'true or false', fix: 'write true or false, or leave it out' };
const groupPlace: Place = {
  rule: 'group-name-valid',
  must: 'a lower-case letter followed by a-z, 0-9 or dashes',
  fix: 'write a name such as viewer or book-club',
};

const addressPlace: Place = { rule: 'wrong-type', must: 'an address', fix: 'write it as the application gives it, in quotes' };

function oneOf(words: readonly string[]): Place {
  return { rule: 'wrong-word', must: listWords(words, 'or', words.length), fix: 'write one of these words, or leave it out' };
}

function limitsAt(path: string): Readonly<Record<string, Place>> {
  return {
    [path]: mapOf('with memory, cpus or pids', 'write limits: {memory: 512MiB}'),
    [`${path}.memory`]: memoryPlace,
    [`${path}.cpus`]: {
      rule: 'cpus-valid',
      must: 'a number above 0 and at most 1024',
      fix: 'write a number of processors such as 0.5 or 2',
    },
    [`${path}.pids`]: {
      rule: 'pids-valid',
      must: 'a whole number from 1 to 4194304',
      fix: 'write a number of processes such as 256',
    },
  };
}

/** A list of an application outside the cluster, and what each of its items must be. */
function clientList(key: string, item: Place, example: string): Readonly<Record<string, Place>> {
  const list: Place = { rule: 'wrong-type', must: 'a list of one or more', fix: `write ${example}` };
  return { [`clients.*.${key}`]: list, [`clients.*.${key}.*`]: item };
}

/** Every place by its path, with `*` for a name the owner chooses. */
const places: Readonly<Record<string, Place>> = {
  '': mapOf('of keys', 'begin with domain:, admin: and services:, each at the start of a line'),
  name: {
    rule: 'name-valid',
    must: 'a letter followed by at most 30 of a-z, 0-9 and dashes',
    fix: 'write a short word such as home, or leave it out to use the name of the folder',
  },
  domain: {
    rule: 'domain-valid',
    must: 'a domain name',
    fix: 'write a domain you own such as example.org, or a trial name such as home.localhost',
    why: whyNoDomain,
  },
  admin: mapOf('with name and email', 'write admin: and below it, indented, name: and email:'),
  'admin.name': {
    rule: 'person-valid',
    must: 'a lower-case letter followed by a-z, 0-9, dots, dashes or underscores, and not begin with datamancy-',
    fix: 'write a sign-in name such as anna',
  },
  'admin.email': emailPlace,
  images: { rule: 'wrong-word', must: 'auto, upstream or debian', fix: 'write one of these words, or leave it out for auto' },
  runtime: { rule: 'wrong-word', must: 'auto, compose or process', fix: 'write one of these words, or leave it out for auto' },
  tls: { rule: 'wrong-word', must: 'internal, or acme with an email', fix: 'write tls: internal, or tls: {acme: {email: me@example.org}}' },
  'tls.acme': mapOf('with email', 'write tls: {acme: {email: me@example.org}}'),
  'tls.acme.email': emailPlace,
  bind: { rule: 'address-valid', must: 'an IP address', fix: 'write 127.0.0.1 for this machine only, or 0.0.0.0 for every network' },
  ports: mapOf('with http and https', 'write ports: {http: 8080, https: 8443}'),
  'ports.http': portPlace,
  'ports.https': portPlace,
  mail: mapOf('with host, port, user and from', 'write mail: {host: smtp.example.org, port: 587, user: me, from: cluster@example.org}'),
  'mail.host': { rule: 'host-valid', must: 'the name of a mail server', fix: 'write a name such as smtp.example.org' },
  'mail.port': { ...portPlace, fix: 'write 587, or 465 where the server wants TLS from the start' },
  'mail.user': {
    rule: 'mail-user-valid',
    must: 'the name of an account, in letters, digits and ._%+@-',
    fix: 'write it as the mail provider gave it',
  },
  'mail.from': emailPlace,
  'mail.authority': {
    rule: 'certificate-valid',
    must: 'one or more certificates in PEM, and nothing else',
    fix: 'write authority: | and below it, indented, each certificate from its line BEGIN to its line END',
  },
  machine: mapOf('with memory, cpus, disk or gpus', 'write machine: {memory: 16GiB, cpus: 8}'),
  'machine.memory': memoryPlace,
  'machine.cpus': { rule: 'cpus-valid', must: 'a whole number from 1 to 1024', fix: 'write a number of processors such as 8' },
  'machine.disk': memoryPlace,
  'machine.gpus': { rule: 'wrong-type', must: 'a list with the memory of each card', fix: 'write gpus: [24GiB], or [] for none' },
  'machine.gpus.*': memoryPlace,
  profiles: { rule: 'wrong-type', must: 'a list of one or more profiles', fix: 'write profiles: [core, monitoring]' },
  'profiles.*': {
    rule: 'unknown-profile',
    must: listWords(profiles, 'or', profiles.length),
    fix: 'see what is in each with: datamancy catalog',
  },
  without: { rule: 'wrong-type', must: 'a list of one or more services', fix: 'write without: [adminer], or leave it out' },
  'without.*': { rule: 'wrong-type', must: 'the name of a service', fix: 'write one such as adminer' },
  services: mapOf('from service to overrides', 'write each service on a line of its own, indented, with a colon after its name'),
  'services.*': mapOf('of overrides, or empty', 'leave it empty, or write host, groups, second_factor, limits, workers or env below it'),
  'services.*.host': {
    rule: 'host-valid',
    must: 'one label of a name: 1 to 63 of a-z, 0-9 and inner dashes',
    fix: 'write the first part only, such as boards; the domain is added to it',
  },
  'services.*.groups': { rule: 'wrong-type', must: 'a list of one or more groups', fix: 'write groups: [viewer], or leave it out' },
  'services.*.groups.*': groupPlace,
  'services.*.second_factor': yesOrNo,
  ...limitsAt('services.*.limits'),
  'services.*.workers': mapOf('from worker to what differs', 'write workers: {queue: {limits: {memory: 512MiB}}}'),
  'services.*.workers.*': mapOf('with limits', 'write limits: {memory: 512MiB} below it'),
  ...limitsAt('services.*.workers.*.limits'),
  'services.*.env': mapOf('from variable to value', 'write env: {LOG_LEVEL: debug}'),
  'services.*.env.*': {
    rule: 'wrong-type',
    must: 'text, a number, true or false, or a map with secret',
    fix: 'write one value; put quotes around text with special characters',
    name: {
      rule: 'env-name-valid',
      of: 'of a variable',
      fix: 'use letters, digits and underscores, and no digit first, such as LOG_LEVEL',
    },
  },
  'services.*.env.*.secret': {
    rule: 'secret-name-valid',
    must: 'a lower-case letter followed by at most 19 letters and digits',
    fix: 'write a name such as apiKey, and give it its value with datamancy secrets set, the service’s name and a dot before it',
    hidden: true,
  },
  ...paymentPlaces,
  clients: mapOf(
    'from client id to application',
    'write clients: {grafana: {redirects: [https://grafana.example.net/login/generic_oauth]}}',
  ),
  'clients.*': mapOf('with redirects', 'write redirects: and below it the addresses that the application gives'),
  'clients.*.title': {
    rule: 'title-valid',
    must: "at most 80 letters, digits, spaces and ._+&()'-",
    fix: 'write a short name, or leave it out to show the id',
  },
  ...clientList('redirects', addressPlace, 'redirects: [https://grafana.example.net/login/generic_oauth]'),
  ...clientList('post_logout_redirects', addressPlace, 'post_logout_redirects: [https://grafana.example.net/]'),
  'clients.*.public': yesOrNo,
  ...clientList('groups', groupPlace, 'groups: [viewer]'),
  'clients.*.second_factor': yesOrNo,
  ...clientList('scopes', oneOf(clientScopes), 'scopes: [openid, profile]'),
  ...clientList('grants', oneOf(grantTypes), 'grants: [authorization_code]'),
  ...clientList('response_types', oneOf(responseTypes), 'response_types: [code]'),
  ...clientList('response_modes', oneOf(responseModes), 'response_modes: [query]'),
  'clients.*.auth_method': oneOf(authMethods),
  'clients.*.require_pkce': yesOrNo,
  'clients.*.consent': oneOf(consentModes),
  'clients.*.consent_duration': { rule: 'wrong-type', must: 'a duration', fix: 'write one such as 30 days, or leave it out' },
  ...clientList('id_token_claims', oneOf(idTokenClaims), 'id_token_claims: [groups]'),
  ...clientList('audience', addressPlace, 'audience: [https://api.example.net]'),
};

/** The place for a path of actual keys. */
export function placeAt(path: readonly string[]): { readonly pattern: string; readonly place: Place | undefined } {
  const pattern = path.map((key, depth) => (isChosen(path, depth) ? '*' : key)).join('.');
  return { pattern, place: Object.hasOwn(places, pattern) ? places[pattern] : undefined };
}

function isChosen(path: readonly string[], depth: number): boolean {
  if (path[0] === 'profiles' || path[0] === 'without') return depth === 1;
  if (path[0] === 'machine') return depth === 2;
  // Keys that are known and names or numbers that are chosen take turns there.
  if (path[0] === 'payments') return depth > 0 && depth % 2 === 0;
  if (path[0] === 'clients') return depth === 1 || depth === 3;
  return path[0] === 'services' && (depth === 1 || (depth === 3 && ['env', 'groups', 'workers'].includes(path[2] ?? '')));
}

/** The keys that may stand in the map at a pattern. */
export function keysAt(pattern: string): readonly string[] {
  const start = pattern === '' ? '' : `${pattern}.`;
  return Object.keys(places)
    .filter((key) => key !== '' && key.startsWith(start) && !key.slice(start.length).includes('.'))
    .map((key) => key.slice(start.length))
    .filter((key) => key !== '*');
}
