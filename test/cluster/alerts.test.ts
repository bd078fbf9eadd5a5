import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { run } from '../../src/kit/process.ts';
import { readExample } from '../golden/example-stack.ts';
import { resolveGolden, treeOf } from '../golden/golden-stack.ts';
import { builtImages } from './support/rendered-stacks.ts';

/** Prometheus' own program, asked what the alert rules of the full example make of figures that are given. */
let folder = '';
let image = '';

interface Case {
  readonly series: Readonly<Record<string, string>>;
  /** Time between two values, and between two looks at the rules; a minute where absent. */
  readonly step?: string;
  /** How long these have been there. */
  readonly after: string;
  readonly alert: string;
  /** Services that are in trouble then. */
  readonly of: readonly string[];
}

const day = 86_400;
const expiry = 'probe_ssl_earliest_cert_expiry';
const miniflux = '{job="blackbox-exporter/probe", service="miniflux", instance="https://miniflux.example.org"';
const container = 'scope="cluster", service="miniflux", name="full-miniflux-1"';
const quiet: Case = {
  series: { 'up{service="restic-rest-server", instance="r"}': '1x800' },
  step: '5m',
  after: '60h',
  alert: 'BackupsNotReceived',
  of: ['restic-rest-server'],
};
const written = 'rest_server_blob_write_total{service="restic-rest-server", user="anna"}';
const unread = 'cs_parser_hits_ko_total{service="crowdsec", type="caddy"}';

const cases: Readonly<Record<string, Case>> = {
  'an address that does not answer is trouble of its own service': {
    series: { [`probe_success${miniflux}}`]: '0x20' },
    after: '5m',
    alert: 'AddressUnreachable',
    of: ['miniflux'],
  },
  'so is a container that is not well': {
    series: { [`docker_container_health{${container}, status="unhealthy"}`]: '1x20' },
    after: '5m',
    alert: 'ContainerUnhealthy',
    of: ['miniflux'],
  },
  'a certificate of a public authority is late when two weeks of it are left': {
    series: { [`${expiry}${miniflux}, certificate="acme"}`]: `${13 * day}x400` },
    after: '2h',
    alert: 'PublicCertificateNotRenewed',
    of: ['miniflux'],
  },
  'and is nearly gone when three days are': {
    series: { [`${expiry}${miniflux}, certificate="acme"}`]: `${2 * day}x400` },
    after: '2h',
    alert: 'PublicCertificateEnds',
    of: ['miniflux'],
  },
  'one of the cluster’s authority is not late before two hours are left': {
    series: { [`${expiry}${miniflux}, certificate="internal"}`]: `${4 * 3600}x20` },
    after: '10m',
    alert: 'CertificateEnds',
    of: [],
  },
  'a place for backups that never got one says so': quiet,
  'but not in its first two days': { ...quiet, after: '40h', of: [] },
  'and one that got its first within two days is content': {
    ...quiet,
    series: { ...quiet.series, [written]: '_x400 30x400' },
    of: [],
  },
  'one whose last backup is older says so too': { ...quiet, series: { ...quiet.series, [written]: '0+1x20 20x800' } },
  'a log of which no line was ever understood is told': {
    series: { [unread]: '0+10x90' },
    after: '80m',
    alert: 'EdgeLogsNotUnderstood',
    of: ['crowdsec'],
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-alerts-'));
  await chmod(folder, 0o755);
  image = (await builtImages(['prometheus']))('prometheus');
  const rules = [...treeOf(resolveGolden(readExample('full')))].filter(([path]) => path.endsWith('/prometheus/rules.yml'));
  await writeFile(join(folder, 'rules.yml'), rules.map(([, text]) => text).join(''));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each(Object.entries(cases))('%s', async (_, { series, step = '1m', after, alert, of }) => {
  const { status, stdout, stderr } = await testRules(step, {
    interval: step,
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `count by (service) (ALERTS{alertname="${alert}", alertstate="firing"})`,
        eval_time: after,
        exp_samples: of.map((service) => ({ labels: `{service="${service}"}`, value: 1 })),
      },
    ],
  });
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
});

async function testRules(step: string, one: unknown) {
  await writeFile(join(folder, 'test.yml'), stringify({ rule_files: ['rules.yml'], evaluation_interval: step, tests: [one] }));
  const options = ['--rm', '--network=none', '--volume', `${folder}:/rules:ro`, '--entrypoint', 'promtool'];
  return run(['docker', 'run', ...options, image, 'test', 'rules', '/rules/test.yml']);
}
