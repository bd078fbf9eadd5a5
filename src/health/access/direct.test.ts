import { expect, test } from 'vitest';
import type { Check } from '../check.ts';
import { accessCatalog } from '../testing/access-catalog.ts';
import type { Seen } from '../testing/cluster.ts';
import { changed, seenCluster } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { tryHostPorts } from './direct-host.ts';
import { tryOtherUnits } from './direct-units.ts';

const ports: Check = { id: 'ports', title: 'Ports', run: tryHostPorts };
const units: Check = { id: 'units', title: 'Units', run: tryOtherUnits };
const addresses = async (): Promise<readonly string[]> => ['127.0.0.1', '10.0.0.1'];

function host(...open: readonly string[]): NonNullable<Seen['host']> {
  return { addresses, connects: async ({ address, port }) => open.includes(`${address}:${port}`) };
}

async function published(service: string, ...places: readonly { readonly address: string; readonly port: number }[]): Promise<Seen> {
  const { units: all } = await seenCluster({ catalog: accessCatalog });
  const enforced = all.find((unit) => unit.service === service)?.enforced;
  return { catalog: accessCatalog, unit: changed(service, { enforced: enforced && { ...enforced, published: places } }) };
}

test('a machine on which only declared ports answer passes for every service', async () => {
  const results = await resultsOf(ports, { catalog: accessCatalog, host: host('127.0.0.1:80', '127.0.0.1:443') });
  expect([...results.values()].filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(results.get('access.docs.ports')?.detail).toBe('2 places tried, none answers');
});

test('a port that the engine leads to an app fails', async () => {
  const seen = await published('docs', { address: '0.0.0.0', port: 8080 });
  const results = await resultsOf(ports, { ...seen, host: host('127.0.0.1:8080') });
  expect(results.get('access.docs.ports')).toMatchObject({
    status: 'fail',
    detail: 'the engine leads 0.0.0.0:8080 to it',
    fix: expect.stringContaining('docker rm --force datamancy-trial-docs-1'),
  });
});

test('an edge that is published more widely than it is declared fails', async () => {
  const seen = await published('front', { address: '0.0.0.0', port: 443 });
  expect(withStatus(await resultsOf(ports, { ...seen, host: host() }), 'fail')).toEqual(['access.front.ports']);
});

test('a port that something else on this machine answers is told, and is no pass', async () => {
  const results = await resultsOf(ports, { catalog: accessCatalog, host: host('10.0.0.1:5432') });
  expect(withStatus(results, 'warn')).toEqual(['access.rows.ports']);
  expect(results.get('access.rows.ports')?.fix).toContain("ss -ltnp 'sport = :5432'");
});

test('where the runtime tells nothing of ports, one that answers fails', async () => {
  const seen = { catalog: accessCatalog, host: host('10.0.0.1:5432'), unit: changed('rows', { enforced: undefined }) };
  expect(withStatus(await resultsOf(ports, seen), 'fail')).toEqual(['access.rows.ports']);
});

test('a unit that does not run proves nothing', async () => {
  const seen = { catalog: accessCatalog, host: host(), unit: changed('docs', { state: 'exited' as const }) };
  expect((await resultsOf(ports, seen)).get('access.docs.ports')?.status).toBe('skip');
});

const hosts = { stdout: '127.0.0.1 localhost\n10.1.0.7 unit\n' };

test('a unit on other networks tries the name and the addresses of an app', async () => {
  const tried: string[] = [];
  const exec: Seen['exec'] = (service, argv) => {
    if (argv[0] === 'cat') return hosts;
    tried.push(`${service}: ${argv.slice(5).join(' ')}`);
    return { stdout: 'can\n' };
  };
  const results = await resultsOf(units, { catalog: accessCatalog, exec });
  expect(results.get('access.docs.units')).toMatchObject({
    status: 'pass',
    detail: expect.stringMatching(/: docs:8080, 10\.1\.0\.7:8080$/),
  });
  expect(tried).toContain('directory: docs:8080 10.1.0.7:8080');
});

test('an app that such a unit reaches fails', async () => {
  const exec: Seen['exec'] = (_, argv) =>
    argv[0] === 'cat' ? hosts : { stdout: argv.includes('docs:8080') ? 'can\n10.1.0.7:8080\n' : 'can\n' };
  expect(withStatus(await resultsOf(units, { catalog: accessCatalog, exec }), 'fail')).toEqual(['access.docs.units']);
});

test('a unit that somebody put on the network of an app is tried itself, beside one that is as declared', async () => {
  const { units: all } = await seenCluster({ catalog: accessCatalog });
  const enforced = all.find(({ service }) => service === 'rows')?.enforced;
  const networks = ['datamancy-trial_data', 'datamancy-trial_edge'];
  const exec: Seen['exec'] = (service, argv) =>
    argv[0] === 'cat' ? hosts : { stdout: service === 'rows' && argv.includes('docs:8080') ? 'can\ndocs:8080\n' : 'can\n' };
  const seen = { catalog: accessCatalog, exec, unit: changed('rows', { enforced: enforced && { ...enforced, networks } }) };
  const results = await resultsOf(units, seen);
  expect(results.get('access.docs.units')).toMatchObject({ status: 'fail', detail: 'rows reaches it at docs:8080' });
  expect(results.get('access.club.units')?.detail).toBe('tried from rows, directory: club:8080, 10.1.0.7:8080');
});

test('a unit that cannot try at all proves nothing', async () => {
  const exec: Seen['exec'] = (_, argv) => (argv[0] === 'cat' ? hosts : { stdout: '' });
  expect(withStatus(await resultsOf(units, { catalog: accessCatalog, exec }), 'pass')).toEqual([]);
});

test('a runtime without networks of its own is skipped', async () => {
  const results = await resultsOf(units, { catalog: accessCatalog, supports: { networks: false } });
  expect(new Set([...results.values()].map(({ status }) => status))).toEqual(new Set(['skip']));
});
