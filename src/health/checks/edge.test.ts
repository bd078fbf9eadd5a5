import { expect, test } from 'vitest';
import type { EdgeClient, Handshake } from '../senses/edge.ts';
import { answerOf } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { edgeManners, routesRedirect, routesTls } from './edge.ts';

const hour = 3_600_000;

function shown(leftHours: number, lifeHours: number, problem?: string): Handshake {
  // A minute more, for hours are counted whole and the test may be slow.
  const validTo = new Date(Date.now() + leftHours * hour + hour / 60);
  return {
    chain: [{ subject: '', names: 'DNS:app.example.org', validFrom: new Date(validTo.getTime() - lifeHours * hour), validTo }],
    problem,
  };
}

function refuse(words: string): () => Promise<never> {
  return async () => {
    throw new Error(words);
  };
}

test('a certificate of the authority with its name and time left passes, also one that lives for hours', async () => {
  const results = await resultsOf(routesTls, { edge: { handshake: async () => shown(9, 12) } });
  expect(withStatus(results, 'pass')).toHaveLength(6);
  expect(results.get('route.app.certificate')?.detail).toBe('9 hours left');
});

test.each([
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['SELF_SIGNED_CERT_IN_CHAIN', "its certificate does not lead to the cluster's authority (SELF_SIGNED_CERT_IN_CHAIN)"],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
])('%s fails', async (problem, detail) => {
  const results = await resultsOf(routesTls, {
    edge: { handshake: async (host) => shown(9, 12, host.startsWith('app') ? problem : undefined) },
  });
  expect(withStatus(results, 'fail')).toEqual(['route.app.tls']);
  expect(results.get('route.app.tls')?.detail).toBe(detail);
});

test.each([
  [2, 12, 'warn'],
  [10 * 24, 90 * 24, 'warn'],
  [40 * 24, 90 * 24, 'pass'],
  [-3, 12, 'fail'],
  [13, 12, 'fail'],
])('with %i of %i hours left the result is %s', async (left, life, status) => {
  const results = await resultsOf(routesTls, { edge: { handshake: async () => shown(left, life) } });
  expect(results.get('route.app.certificate')?.status).toBe(status);
});

test('without a connection nothing passes', async () => {
  const results = await resultsOf(routesTls, { edge: { handshake: refuse('connect ECONNREFUSED') } });
  expect(withStatus(results, 'pass')).toEqual([]);
  expect(results.get('route.app.tls')?.detail).toBe('no TLS connection: connect ECONNREFUSED');
});

test('HTTP leads to the same place over HTTPS, with the port where it is another', async () => {
  const askPlain: EdgeClient['askPlain'] = async ({ host, path }) =>
    answerOf(308, { headers: { location: `https://${host}:8443${path}` } });
  expect(withStatus(await resultsOf(routesRedirect, { edge: { askPlain }, ports: { http: 8080, https: 8443 } }), 'pass')).toHaveLength(3);
  expect(withStatus(await resultsOf(routesRedirect, { edge: { askPlain } }), 'fail')).toHaveLength(3);
});

test('HTTP that is served or does not answer fails', async () => {
  expect((await resultsOf(routesRedirect, { edge: { askPlain: async () => answerOf(200) } })).get('route.app.redirect')?.status).toBe(
    'fail',
  );
  expect((await resultsOf(routesRedirect)).get('redirect')).toMatchObject({
    status: 'fail',
    detail: 'it could not look: this sense is blind',
  });
});

const wellBehaved: Partial<EdgeClient> = {
  ask: async () => answerOf(302, { headers: { 'strict-transport-security': 'max-age=31536000' } }),
  askPlain: async () => answerOf(404),
  handshake: async (host) => {
    if (host.startsWith('datamancy-probe')) throw new Error('tlsv1 alert internal error');
    return shown(9, 12);
  },
};

test('an edge with manners passes', async () => {
  expect(withStatus(await resultsOf(edgeManners, { edge: wellBehaved }), 'pass')).toEqual([
    'edge.hsts',
    'edge.unknown-host',
    'edge.unknown-name',
  ]);
});

test('no HSTS, a certificate for any name and a page for any host fail', async () => {
  const edge: Partial<EdgeClient> = {
    ask: async () => answerOf(200),
    askPlain: async () => answerOf(200),
    handshake: async () => shown(9, 12),
  };
  expect(withStatus(await resultsOf(edgeManners, { edge }), 'fail')).toEqual(['edge.hsts', 'edge.unknown-host', 'edge.unknown-name']);
});

test('HSTS is skipped where HTTPS has a port of its own', async () => {
  expect((await resultsOf(edgeManners, { edge: wellBehaved, ports: { http: 8080, https: 8443 } })).get('edge.hsts')?.status).toBe('skip');
});

test('an edge that answers nobody is not taken for one that refuses unknown names', async () => {
  const results = await resultsOf(edgeManners, { edge: { ...wellBehaved, handshake: refuse('connect ECONNREFUSED') } });
  expect(results.get('edge')).toMatchObject({ status: 'fail', detail: 'it could not look: connect ECONNREFUSED' });
});
