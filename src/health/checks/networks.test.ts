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

const withDefault = `${internal}eth0\t00000000\t010014AC\n`;

/** Who of the units reaches the machine's name server, apart from who is outside anyway. */
function resolver(reaching: readonly string[]) {
  return (service: string, argv: readonly string[]) => {
    if (argv[0] === 'cat') return { stdout: withDefault };
    return { stdout: argv.includes('192.0.2.53:53') && reaching.includes(service) ? 'can\n192.0.2.53:53\n' : 'can\n' };
  };
}

const host = { resolvers: async () => ['192.0.2.53'] };

test('with a default route, as older engines give, an address that others reach is tried', async () => {
  const well = await resultsOf(dataIsolated, { host, exec: resolver(['pages']) });
  expect(well.get('isolation.rows')).toMatchObject({ status: 'pass', detail: 'tried 192.0.2.53:53, which others reach: it cannot' });
  const open = await resultsOf(dataIsolated, { host, exec: resolver(['pages', 'rows']) });
  expect(withStatus(open, 'fail')).toEqual(['isolation.rows']);
});

test('a default route is not passed where nobody reaches an address outside', async () => {
  expect((await resultsOf(dataIsolated, { host, exec: resolver([]) })).get('isolation.rows')?.status).toBe('skip');
  expect((await resultsOf(dataIsolated, { exec: resolver(['pages']) })).get('isolation.rows')?.status).toBe('skip');
});

test('routes that cannot be read prove nothing', async () => {
  expect((await resultsOf(dataIsolated, { exec: world('can\n', '') })).get('isolation.rows')?.status).toBe('skip');
});
