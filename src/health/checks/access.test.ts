import { expect, test } from 'vitest';
import { roles } from '../access/roles.ts';
import type { CheckResult } from '../check.ts';
import type { EdgeAnswer, EdgeRequest } from '../senses/edge.ts';
import { accessCatalog } from '../testing/access-catalog.ts';
import type { Seen } from '../testing/cluster.ts';
import { answerOf, changed, seenCluster, testStack } from '../testing/cluster.ts';
import type { FakeEdge } from '../testing/fake-edge.ts';
import { fakeEdge } from '../testing/fake-edge.ts';
import type { Fault } from '../testing/faults.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { validate } from '../validate.ts';
import { accessChecks, routesAccess } from './access.ts';

const stack = testStack(undefined, accessCatalog);

function cluster(seen: Seen = {}, faults: readonly Fault[] = []): Seen & { readonly edge: FakeEdge } {
  return {
    catalog: accessCatalog,
    host: { addresses: async () => ['127.0.0.1', '10.0.0.1', '::1'], connects: async () => false },
    exec: (_, [program]) => (program === 'cat' ? { stdout: '127.0.0.1 localhost\n10.1.0.7 unit\n' } : { stdout: 'can\n' }),
    ...seen,
    edge: fakeEdge(stack, faults),
  };
}

/** The edge, but for what `otherwise` answers. */
function edgeBut(otherwise: (request: EdgeRequest) => EdgeAnswer | undefined): Pick<FakeEdge, 'ask'> {
  const edge = fakeEdge(stack);
  return { ask: async (request, signal) => otherwise(request) ?? (await edge.ask(request, signal)) };
}

async function everything(seen: Seen): Promise<ReadonlyMap<string, CheckResult>> {
  const { groups } = await validate(accessChecks, await seenCluster(seen), { signal: new AbortController().signal });
  const results = groups.flatMap(({ results: found }) => found);
  expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
  return new Map(results.map((result) => [result.id, result]));
}

/** `a.{b,c}` is `a.b` and `a.c`. */
function spread(pattern: string): readonly string[] {
  const [whole, choices] = /\{([^}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return (choices ?? '').split(',').flatMap((choice) => spread(pattern.replace(whole, choice)));
}

test('a cluster that does as it is declared passes in every field, and every probe signs out', async () => {
  const seen = cluster();
  const results = await resultsOf(routesAccess, seen);
  expect([...results.values()].filter(({ status }) => status !== 'pass')).toEqual([]);
  const routes = stack.services.filter(({ host }) => host !== undefined).map(({ name }) => name);
  expect(new Set(results.keys())).toEqual(
    new Set([
      ...roles.filter((role) => role !== 'anonymous').map((role) => `sign-in.${role}`),
      ...routes.flatMap((route) => roles.map((role) => `access.${route}.${role}`)),
    ]),
  );
  expect(seen.edge.openSessions()).toBe(0);
});

test('no way around leads anywhere, and every probe signs out', async () => {
  const seen = cluster();
  const results = await everything(seen);
  expect(withStatus(results, 'fail')).toEqual([]);
  expect(withStatus(results, 'warn')).toEqual([]);
  expect(withStatus(results, 'skip')).toEqual(['access.notes.units']);
  expect(seen.edge.openSessions()).toBe(0);
});

const guarded = 'calendar,club,docs,hooks,panel,vault';
const made = 'changed-cookie,empty-cookie,renamed-cookie';
const stale = `${made},signed-out`;
const forged = [`access.{${guarded}}.{anonymous,stranger}.forged`, 'access.{club,panel,vault}.viewer.forged'];

const found: Readonly<Record<Fault, readonly string[]>> = {
  'an app is open': [`access.docs.{anonymous,member,stranger,bearer,admin.basic,${stale}}`],
  'groups are ignored': [
    'access.{calendar,docs,hooks}.{member,stranger}',
    'access.club.{viewer,operator,admin,stranger}',
    'access.panel.{viewer,operator,member,stranger}',
    'access.vault.{viewer,member,stranger}',
    'access.calendar.{member,stranger}.basic',
  ],
  'everybody is refused': [
    'access.{calendar,docs,hooks}.{viewer,operator,admin}',
    'access.{club.member,panel.admin,vault.operator,vault.admin}',
    'access.calendar.{viewer,operator,admin}.basic',
    'access.vault.second-factor.{page,program,claimed}',
  ],
  'the second factor is skipped': ['access.vault.{operator,admin}', 'access.vault.second-factor.{page,program,claimed}'],
  'the sign-in page leads elsewhere': [
    `access.{${guarded}}.{anonymous,bearer,${stale}}`,
    'access.vault.{operator,admin}',
    'access.{club,docs,hooks,panel,vault}.admin.basic',
    'access.hooks.bypass-1.outside',
    'access.vault.second-factor.{page,claimed}',
  ],
  'a disabled person signs in': ['sign-in.disabled', `access.{board,login,wiki,${guarded}}.disabled`, 'access.calendar.disabled.basic'],
  'Remote-User is trusted': forged,
  'remote_user is trusted': forged,
  'the last Remote-User is trusted': forged,
  'X-Forwarded-Host is trusted': forged,
  'signing out forgets the browser only': [`access.{board,wiki,${guarded}}.signed-out`],
  'a changed cookie is taken': [`access.{board,wiki,${guarded}}.changed-cookie`],
  'any cookie is taken': [`access.{board,wiki,${guarded}}.renamed-cookie`],
  'hosts are served by SNI': ['access.edge.{other-host,other-name}'],
  'unknown hosts are served': ['access.edge.{by-address,other-host,unknown-host}'],
  'Basic is taken everywhere': ['access.{club,docs,hooks,panel,vault}.admin.basic'],
  'Basic ignores passwords': ['access.calendar.{member,stranger,wrong}.basic'],
  'Basic ignores groups': ['access.calendar.{member,stranger}.basic'],
  'Basic lets disabled people in': ['access.calendar.disabled.basic'],
  'bypass is matched before dots are resolved': ['access.hooks.bypass-1.outside'],
  'bypass knows no case': ['access.hooks.bypass-1.outside'],
  'bypass has no end': ['access.hooks.bypass-1.outside'],
  'bypass takes semicolons': ['access.hooks.bypass-1.outside'],
  'bypass asks': ['access.hooks.bypass-1.inside'],
  'bypass is the whole app': [`access.hooks.{anonymous,member,stranger,bearer,admin.basic,bypass-1.outside,${stale}}`],
  'any bearer enters': [`access.{${guarded}}.bearer`],
  'introspection tells everybody': ['access.tokens.introspection'],
  'codes are for anybody': ['access.tokens.code', 'access.wiki.foreign-code'],
  'an ID token is for everybody': ['access.tokens.audience'],
  'an ID token is an access token': ['access.tokens.userinfo'],
  'clients ignore groups': ['access.board.{member,stranger}', 'access.wiki.{viewer,operator,member,stranger}'],
  'clients refuse everybody': ['access.board.{viewer,operator,admin}', 'access.wiki.admin', 'access.tokens'],
  'the app asks without PKCE': [`access.{board,wiki}.{anonymous,viewer,operator,admin,member,stranger,${stale}}`],
  'the app names another callback': [`access.{board,wiki}.{anonymous,viewer,operator,admin,member,stranger,${stale}}`],
  'the app does not take its code': ['access.board.{viewer,operator,admin}', 'access.wiki.admin'],
  'the app takes any code': ['access.board.{viewer,operator,admin}', 'access.wiki.admin'],
};

test.each(Object.entries(found))('where %s, exactly that fails', async (fault, ids) => {
  const seen = cluster({}, [fault as Fault]);
  const results = await everything(seen);
  expect(withStatus(results, 'fail')).toEqual(ids.flatMap(spread).toSorted());
  for (const id of withStatus(results, 'fail')) expect(results.get(id)?.fix).not.toBe('');
  expect(seen.edge.openSessions()).toBe(0);
});

test('an app that does not run is not blamed on access, and its door is still looked at', async () => {
  const edge = edgeBut(({ host, headers }) =>
    host === 'docs.example.org' && String(headers?.['cookie']).includes('authelia_session') ? answerOf(502) : undefined,
  );
  const results = await resultsOf(routesAccess, { ...cluster(), edge, unit: changed('docs', { state: 'exited' }) });
  expect(results.get('access.docs.viewer')).toMatchObject({ status: 'skip', detail: 'it passes sign-on, but docs is exited' });
  expect(withStatus(results, 'fail')).toEqual(['access.docs.member', 'access.docs.stranger']);
});

test('a healthy app that answers 502 fails, with the way to its log', async () => {
  const edge = edgeBut(({ host }) => (host === 'site.example.org' ? answerOf(502) : undefined));
  const results = await resultsOf(routesAccess, { ...cluster(), edge });
  expect(withStatus(results, 'fail')).toEqual(roles.map((role) => `access.site.${role}`).toSorted());
  expect(results.get('access.site.viewer')?.fix).toContain('datamancy logs site');
});

test('where nobody can sign in that fails, and what follows from it is skipped', async () => {
  const edge = edgeBut(({ host, path }) => (host === 'auth.example.org' && path === '/login' ? answerOf(500) : undefined));
  const results = await resultsOf(routesAccess, { ...cluster(), edge });
  const people = ['viewer', 'operator', 'admin', 'member', 'stranger'];
  expect(withStatus(results, 'fail')).toEqual(people.map((person) => `sign-in.${person}`).toSorted());
  expect(results.get('access.docs.viewer')?.status).toBe('skip');
  expect(results.get('access.docs.disabled')).toMatchObject({ status: 'skip', detail: 'the sign-on server answers 500' });
});

test('too many attempts lately say nothing about a disabled person', async () => {
  const edge = edgeBut(({ body }) => (String(body).includes('datamancy-probe-disabled') ? answerOf(429) : undefined));
  const results = await resultsOf(routesAccess, { ...cluster(), edge });
  expect(withStatus(results, 'fail')).toEqual([]);
  expect(results.get('sign-in.disabled')).toMatchObject({ status: 'skip', detail: 'too many failed sign-ins lately' });
  expect(results.get('access.panel.disabled')?.status).toBe('skip');
});

test('a name and a password that are not looked at prove nothing', async () => {
  const edge = edgeBut(({ headers }) => (String(headers?.['authorization']).startsWith('Basic') ? answerOf(429) : undefined));
  const results = await everything({ ...cluster(), edge });
  expect(withStatus(results, 'fail')).toEqual(['access.tokens']);
  expect(withStatus(results, 'pass').filter((id) => id.endsWith('.basic'))).toEqual([]);
});

test.each([400, 409, 500])('an app that answers %i to one of two first visits at once is visited again', async (status) => {
  let refused = 0;
  const edge = edgeBut(({ host, path = '' }) => {
    const isVisit = host.startsWith('wiki.') && path.startsWith('/callback') && !path.includes('no-such-code');
    return isVisit && refused++ === 0 ? answerOf(status) : undefined;
  });
  const results = await everything({ ...cluster(), edge });
  expect(refused).toBeGreaterThan(1);
  expect(withStatus(results, 'fail')).toEqual([]);
});

test('without an edge that answers nothing passes', async () => {
  const results = await resultsOf(routesAccess, { catalog: accessCatalog });
  expect(withStatus(results, 'pass')).toEqual([]);
  expect(results.get('access.docs.anonymous')).toMatchObject({ status: 'fail', detail: 'no answer: this sense is blind' });
});

test('a sign-on server that does not run is not blamed on the routes, which stay shut', async () => {
  const results = await resultsOf(routesAccess, {
    ...cluster(),
    edge: { ask: async () => answerOf(502) },
    unit: changed('login', { state: 'exited' }),
  });
  expect(withStatus(results, 'fail')).toEqual([]);
  expect(withStatus(results, 'pass')).toEqual([]);
});

test('a route that is open while the sign-on server is down fails all the same', async () => {
  const edge = { ask: async ({ host }: EdgeRequest) => answerOf(host === 'docs.example.org' ? 200 : 502) };
  const results = await resultsOf(routesAccess, { ...cluster(), edge, unit: changed('login', { state: 'exited' }) });
  expect(withStatus(results, 'fail')).toEqual(['access.docs.anonymous']);
  expect(results.get('access.docs.anonymous')?.fix).toMatch(/^docker stop datamancy-trial-docs-1; /);
});

test('an edge that does not run is one skip', async () => {
  const results = await resultsOf(routesAccess, { ...cluster(), unit: changed('front', { state: 'exited' }) });
  expect([...results.values()].map(({ status, detail }) => [status, detail])).toEqual([['skip', 'front does not run (exited)']]);
});

test('a check that is stopped half-way signs its probes out', async () => {
  const seen = cluster();
  const stop = new AbortController();
  const edge = {
    ask: async (request: EdgeRequest, signal: AbortSignal): Promise<EdgeAnswer> => {
      if (request.host === 'docs.example.org') stop.abort(new Error('stopped by hand'));
      return seen.edge.ask(request, signal);
    },
  };
  const context = await seenCluster({ ...seen, edge });
  await expect(validate([routesAccess], context, { signal: stop.signal })).rejects.toThrow('stopped by hand');
  await expect.poll(() => seen.edge.openSessions()).toBe(0);
});
