import { type Attack, granted, refused, type Target } from './attack.ts';
import { outcomeOf } from './outcome.ts';
import { newVisitor } from './visitor.ts';
import type { Exchange } from './wire.ts';

const admin = { 'Remote-User': 'admin', 'Remote-Groups': 'admin,operator,viewer', 'Remote-Email': 'admin@example.org' };

/** Asks for an app as a stranger who says more than he may. */
function asStranger(id: string, tried: string, headersOf: (target: Target) => Exchange['headers'], path = '/'): Attack {
  return refused(`headers.${id}`, tried, [302, 400, 401, 403, 431], async (target) =>
    outcomeOf(target, await newVisitor(target).opens(target.apps.everybody, headersOf(target), path)),
  );
}

/** Asks for the administrators' app as an ordinary person. */
function asMember(id: string, tried: string, headersOf: (target: Target) => Exchange['headers']): Attack {
  return refused(`headers.${id}`, tried, [403, 400, 431], async (target) => {
    const visitor = newVisitor(target);
    await visitor.signIn(await target.newPerson());
    return outcomeOf(target, await visitor.opens(target.apps.admins, headersOf(target)));
  });
}

/** What the app is told about a person who lies about himself. */
function asLiar(id: string, tried: string, headers: Exchange['headers']): Attack {
  return refused(`headers.${id}`, tried, [200], async (target) => {
    const visitor = newVisitor(target);
    const { username } = await target.newPerson().then(async (person) => {
      await visitor.signIn(person);
      return person;
    });
    const { status, body } = await visitor.opens(target.apps.everybody, headers);
    const names = [...body.matchAll(/"(?:http_)?remote[-_]user"\s*:\s*"([^"]*)"/gi)].map(([, name]) => name);
    const isTrue = names.length === 1 && names[0] === username && !/admin/.test(body);
    return { status, gains: isTrue ? [] : [`the app was told: ${body.slice(0, 300)}`] };
  });
}

export const headers: readonly Attack[] = [
  granted('headers.honest', 'says nothing about himself', [200], ['entry to the app'], async (target) => {
    const visitor = newVisitor(target);
    await visitor.signIn(await target.newPerson());
    return outcomeOf(target, await visitor.opens(target.apps.everybody));
  }),
  asStranger('identity', 'says that he is the administrator', () => admin),
  asStranger('identity-lower', 'says so in small letters', () => ({ 'remote-user': 'admin', 'remote-groups': 'admin' })),
  asStranger('identity-underscore', 'says so with underscores', () => ({ remote_user: 'admin', Remote_Groups: 'admin' })),
  asStranger('identity-twice', 'says so twice', () => ({ 'Remote-User': ['admin', 'admin'] })),
  asMember('identity-member', 'gives himself groups', () => admin),
  asLiar('liar', 'gives himself another name and groups', admin),
  asLiar('liar-underscore', 'gives himself another name with underscores', { remote_user: 'admin', remote_groups: 'admin' }),
  asLiar('liar-connection', 'asks for the true name to be dropped on the way', {
    Connection: 'close, Remote-User, Remote-Groups',
    'Remote-User': 'admin',
  }),
  asStranger('host', 'says that he asked for another host', ({ portalHost }) => ({ 'X-Forwarded-Host': portalHost })),
  asStranger('host-twice', 'says so twice', ({ portalHost }) => ({ 'X-Forwarded-Host': [portalHost, portalHost] })),
  asStranger('uri', 'says that he asked for another path', () => ({ 'X-Forwarded-Uri': '/api/health', 'X-Original-URL': '/api/health' })),
  asStranger('method', 'says that he only asks for options', () => ({
    'X-Forwarded-Method': 'OPTIONS',
    'X-HTTP-Method-Override': 'OPTIONS',
  })),
  asStranger('address', 'says that he comes from inside', () => ({ 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '127.0.0.1' })),
  asStranger('address-list', 'says that he comes from many places', () => ({ 'X-Forwarded-For': Array(50).fill('10.0.0.1').join(', ') })),
  asStranger('proto', 'says that he comes without TLS', () => ({ 'X-Forwarded-Proto': 'http', Forwarded: 'proto=http;host=evil.test' })),
  asStranger('long', 'sends a header of 60 KB', () => ({ 'X-Forwarded-Host': 'a'.repeat(60_000) })),
  asStranger('split', 'writes a line break into the address', () => ({}), '/%0d%0aRemote-User:%20admin'),
  asStranger('dots', 'climbs out of the path', () => ({}), '/public/../../api/health/%2e%2e/x'),
  asStranger('ajax', 'asks as a program does', () => ({ accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' })),
  asMember('host-member', 'says that he asked for an app he may enter', ({ apps }) => ({ 'X-Forwarded-Host': apps.everybody })),
  asMember('uri-member', 'says that he asked for another address', ({ apps }) => ({
    'X-Forwarded-Uri': '/',
    'X-Original-URL': `https://${apps.everybody}/`,
    'X-Rewrite-URL': '/public',
  })),
  refused('headers.portal-host', 'makes the portal write another host into its pages', [200, 421], async (target) => {
    const answer = await newVisitor(target).get('/', { 'X-Forwarded-Host': 'evil.test', Forwarded: 'host=evil.test' });
    return outcomeOf(target, answer, ...(answer.body.includes('evil.test') ? ['the page names evil.test'] : []));
  }),
  refused('headers.unknown-host', 'asks for a host that is none of the cluster', [400, 404, 421], async (target) => {
    const answer = await newVisitor(target).send({ headers: { host: 'evil.test' } });
    return outcomeOf(target, answer, ...(answer.body.includes('evil.test') ? ['the page names evil.test'] : []));
  }),
  refused('headers.second-factor', 'opens an app that asks for a second factor, with a password alone', [302, 303, 403], async (target) => {
    const visitor = newVisitor(target);
    await visitor.signIn(await target.newPerson());
    return outcomeOf(target, await visitor.opens(target.apps.secondFactor));
  }),
];
