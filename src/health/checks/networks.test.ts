import { expect, test } from 'vitest';
import { changed, seenCluster } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { dataIsolated, networksAsDerived } from './networks.ts';

const internal = 'Iface\tDestination\tGateway\neth0\t000014AC\t00000000\n';

function world(reached: string, routes: string) {
  return (_: string, argv: readonly string[]) => ({ stdout: argv[0] === 'cat' ? routes : reached });
}

test('units on the derived networks pass', async () => {
  const results = await resultsOf(networksAsDerived);
  expect(withStatus(results, 'pass')).toHaveLength(results.size);
  expect(results.get('networks.app')?.detail).toBe('data, edge');
});

test('a network that is missing and one that nothing asks for are named', async () => {
  const context = await seenCluster();
  const enforced = context.units.find(({ service }) => service === 'app')?.enforced;
  const seen = { unit: changed('app', { enforced: enforced && { ...enforced, networks: ['datamancy-trial_edge', 'bridge'] } }) };
  const results = await resultsOf(networksAsDerived, seen);
  expect(withStatus(results, 'fail')).toEqual(['networks.app']);
  expect(results.get('networks.app')?.detail).toBe('is not on datamancy-trial_data; is on bridge, which nothing asks for');
});

test('a runtime that tells no networks gives nothing to pass', async () => {
  expect((await resultsOf(networksAsDerived, { unit: changed('app', { enforced: undefined }) })).get('networks.app')?.status).toBe('skip');
});

test('the data network is closed when outsiders reach nothing on it and insiders have no way out', async () => {
  const results = await resultsOf(dataIsolated, { exec: world('can\n', internal) });
  expect(withStatus(results, 'pass')).toEqual(
    ['directory', 'front', 'keys', 'login', 'pages', 'rows', 'site', 'sums'].map((name) => `isolation.${name}`),
  );
});

test('an outsider that reaches a database fails', async () => {
  const results = await resultsOf(dataIsolated, {
    exec: (service, argv) => world(service === 'pages' ? 'can\nrows:5432\n' : 'can\n', internal)(service, argv),
  });
  expect(withStatus(results, 'fail')).toEqual(['isolation.pages']);
  expect(results.get('isolation.pages')?.detail).toBe('it reaches rows:5432');
});

test('a refusal proves nothing where no connection can be tried at all', async () => {
  const results = await resultsOf(dataIsolated, { exec: world('', internal) });
  expect(withStatus(results, 'skip')).toEqual(['front', 'login', 'pages'].map((name) => `isolation.${name}`));
});

test('a default route means that the network is not internal', async () => {
  const results = await resultsOf(dataIsolated, { exec: world('can\n', `${internal}eth0\t00000000\t010014AC\n`) });
  expect(withStatus(results, 'fail')).toEqual(['directory', 'keys', 'rows', 'site', 'sums'].map((name) => `isolation.${name}`));
});

test('routes that cannot be read prove nothing', async () => {
  expect((await resultsOf(dataIsolated, { exec: world('can\n', '') })).get('isolation.rows')?.status).toBe('skip');
});
