import { expect, test } from 'vitest';
import type { EdgeAnswer, EdgeClient, EdgeRequest } from '../senses/edge.ts';
import { answerOf, changed, secretValue } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { routesAccess } from './access.ts';

type Answers = (request: EdgeRequest, who: 'nobody' | 'member' | 'stranger') => EdgeAnswer | undefined;

/** A sign-on server and an edge that do their work, but for what `otherwise` answers. */
function edgeThat(otherwise: Answers = () => undefined): { edge: Pick<EdgeClient, 'ask'>; signedOut: string[] } {
  const signedOut: string[] = [];
  return { edge: { ask: async (request) => otherwise(request, whoOf(request)) ?? proper(request, whoOf(request), signedOut) }, signedOut };
}

function whoOf({ headers }: EdgeRequest): 'nobody' | 'member' | 'stranger' {
  const cookie = headers?.['cookie'] ?? '';
  return cookie.includes('session=member') ? 'member' : cookie.includes('session=stranger') ? 'stranger' : 'nobody';
}

function proper({ host, path = '/', method, body = '' }: EdgeRequest, who: string, signedOut: string[]): EdgeAnswer {
  if (host === 'auth.example.org') {
    if (path === '/login') {
      const form = new URLSearchParams(body);
      const person = ['member', 'stranger'].find((one) => form.get('username') === `datamancy-probe-${one}`) ?? '';
      const isRight =
        form.get('csrf') === 'token' && form.get('password') === secretValue({ kind: 'secret', id: `datamancy.probe-${person}` });
      return isRight ? answerOf(303, { cookies: [`authelia_session=${person}`] }) : answerOf(401);
    }
    if (path === '/logout' && method === 'POST') signedOut.push(who);
    return answerOf(200, { body: '<input type="hidden" name="csrf" value="token">', cookies: ['seed=1'] });
  }
  if (who === 'nobody')
    return answerOf(302, { headers: { location: `https://auth.example.org/?rd=${encodeURIComponent(`https://${host}/`)}` } });
  return answerOf(who === 'member' ? 200 : 403);
}

test('nobody is sent to sign in, the member gets in, the stranger is refused, and both sign out', async () => {
  const { edge, signedOut } = edgeThat();
  const results = await resultsOf(routesAccess, { edge });
  expect([...results.values()].filter(({ status }) => status !== 'pass')).toEqual([]);
  expect([...results.keys()]).toEqual([
    'sign-in.member',
    'sign-in.stranger',
    'route.app.anonymous',
    'route.app.member',
    'route.app.stranger',
    'route.login.answer',
    'route.pages.anonymous',
    'route.pages.member',
    'route.pages.stranger',
  ]);
  expect(signedOut).toEqual(['member', 'stranger']);
});

test('who only claims to be somebody is asked with his claim', async () => {
  const { edge } = edgeThat(({ host, headers }) =>
    host === 'app.example.org' && headers?.['remote-user'] === 'ada' ? answerOf(200) : undefined,
  );
  const results = await resultsOf(routesAccess, { edge });
  expect(withStatus(results, 'fail')).toEqual(['route.app.anonymous']);
  expect(results.get('route.app.anonymous')?.fix).toMatch(/^docker stop datamancy-trial-app-1; /);
});

test.each<[string, Answers, string]>([
  [
    'a stranger gets in',
    ({ host }, who) => (host === 'app.example.org' && who === 'stranger' ? answerOf(200) : undefined),
    'route.app.stranger',
  ],
  [
    'a member is refused',
    ({ host }, who) => (host === 'app.example.org' && who === 'member' ? answerOf(403) : undefined),
    'route.app.member',
  ],
  [
    'a healthy app answers 502',
    ({ host }, who) => (host === 'app.example.org' && who === 'member' ? answerOf(502) : undefined),
    'route.app.member',
  ],
  [
    'a route leads to another sign-in page',
    ({ host }, who) =>
      host === 'app.example.org' && who === 'nobody' ? answerOf(302, { headers: { location: 'https://evil.example/' } }) : undefined,
    'route.app.anonymous',
  ],
])('%s: that check fails and no other', async (_, otherwise, id) => {
  expect(withStatus(await resultsOf(routesAccess, { edge: edgeThat(otherwise).edge }), 'fail')).toEqual([id]);
});

test('an app that does not run is not blamed on access', async () => {
  const { edge } = edgeThat(({ host }, who) => (host === 'app.example.org' && who === 'member' ? answerOf(502) : undefined));
  const results = await resultsOf(routesAccess, { edge, unit: changed('app', { state: 'exited' }) });
  expect(withStatus(results, 'fail')).toEqual([]);
  expect(results.get('route.app.member')).toMatchObject({ status: 'skip', detail: 'it passes sign-on, but app is exited' });
});

test('when signing in fails that fails, and what follows from it is skipped', async () => {
  const { edge } = edgeThat(({ path }) => (path === '/login' ? answerOf(401) : undefined));
  const results = await resultsOf(routesAccess, { edge });
  expect(withStatus(results, 'fail')).toEqual(['sign-in.member', 'sign-in.stranger']);
  expect(withStatus(results, 'skip')).toEqual(['route.app.member', 'route.app.stranger', 'route.pages.member', 'route.pages.stranger']);
});

test('without an edge nothing passes', async () => {
  const results = await resultsOf(routesAccess);
  expect(withStatus(results, 'pass')).toEqual([]);
  expect(results.get('route.app.anonymous')).toMatchObject({ status: 'fail', detail: 'no answer: this sense is blind' });
});

test('a sign-on server that does not run is not blamed on the routes, which stay shut', async () => {
  const { edge } = edgeThat(() => answerOf(502));
  const results = await resultsOf(routesAccess, { edge, unit: changed('login', { state: 'exited' }) });
  expect(withStatus(results, 'fail')).toEqual([]);
  expect(withStatus(results, 'pass')).toEqual([]);
});

test('a route that is open while the sign-on server is down fails all the same', async () => {
  const { edge } = edgeThat(({ host }) => answerOf(host === 'app.example.org' ? 200 : 502));
  const results = await resultsOf(routesAccess, { edge, unit: changed('login', { state: 'exited' }) });
  expect(withStatus(results, 'fail')).toEqual(['route.app.anonymous']);
});

test('an edge that does not run is one skip', async () => {
  const results = await resultsOf(routesAccess, { unit: changed('front', { state: 'exited' }) });
  expect([...results.values()].map(({ status, detail }) => [status, detail])).toEqual([['skip', 'front does not run (exited)']]);
});
