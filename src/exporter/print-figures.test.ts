import { expect, test } from 'vitest';
import { type Container, containerSchema } from './container.ts';
import { printFigures } from './print-figures.ts';
import { check, container, type SimulatedContainer } from './testing/simulated-container.ts';

async function printed(found: readonly SimulatedContainer[], kills: Readonly<Record<string, number>> = {}): Promise<string> {
  const containers = found.map((one): Container => containerSchema.parse(one));
  return await printFigures({ containers, unread: 0, leftOut: 0, reason: undefined }, { cluster: 'home', lastKillOf: (id) => kills[id] });
}

/** Samples by their name and labels, as Prometheus reads them; a line that is no sample, or one for the second time, fails. */
function samples(text: string): ReadonlyMap<string, number> {
  const sample = /^(?<series>[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (?<value>[-+.\de]+)$/;
  const read = new Map<string, number>();
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const { series, value } = sample.exec(line)?.groups ?? {};
    if (series === undefined || read.has(series)) throw new Error(`no sample, or one that was there: ${line}`);
    read.set(series, Number(value));
  }
  return read;
}

const of = 'name="home-app1-1",scope="cluster",container_label_org_datamancy_cluster="home",container_label_org_datamancy_service="app1"';

test('a healthy unit has all of its figures and no other', async () => {
  const found = samples(await printed([container(1)]));
  expect(Object.fromEntries([...found].filter(([series]) => !/docker_container_state|_info/.test(series)))).toEqual({
    [`docker_container_health{${of},status="healthy"}`]: 1,
    [`docker_container_health{${of},status="unhealthy"}`]: 0,
    [`docker_container_health{${of},status="starting"}`]: 0,
    [`docker_container_health{${of},status="none"}`]: 0,
    [`docker_container_health_failing_streak{${of}}`]: 0,
    [`docker_container_last_healthcheck_duration_seconds{${of}}`]: 0.25,
    [`docker_container_last_healthcheck_time_seconds{${of}}`]: 1_767_323_045.25,
    [`docker_container_restarts_total{${of}}`]: 0,
    [`docker_container_oom_killed{${of}}`]: 0,
    [`docker_container_start_time_seconds{${of}}`]: 1_767_322_800,
    [`docker_container_limit_missing{${of},limit="memory"}`]: 0,
    [`docker_container_limit_missing{${of},limit="pids"}`]: 0,
    docker_exporter_containers_seen: 1,
    docker_exporter_containers_unread: 0,
    docker_exporter_containers_left_out: 0,
  });
  expect([...found].filter(([series, value]) => series.startsWith('docker_container_state') && value === 1)).toEqual([
    [`docker_container_state{${of},state="running"}`, 1],
  ]);
  const image = `id="${container(1).Id}",image="example/app:1.0",image_id="sha256:${'ab'.repeat(32)}"`;
  expect(found.get(`docker_container_info{${of},${image}}`)).toBe(1);
});

test('an unhealthy one counts its failures, and one without a healthcheck has none to count', async () => {
  const log = [check('2026-01-02T03:04:00Z', '2026-01-02T03:04:01Z'), check('2026-01-02T03:05:00Z', '2026-01-02T03:05:05Z')];
  const ill = container(1, { state: { Health: { Status: 'unhealthy', FailingStreak: 7, Log: log } } });
  const found = samples(await printed([ill, container(2, { state: { Health: undefined } })]));
  expect(found.get(`docker_container_health{${of},status="unhealthy"}`)).toBe(1);
  expect(found.get(`docker_container_health_failing_streak{${of}}`)).toBe(7);
  expect(found.get(`docker_container_last_healthcheck_duration_seconds{${of}}`)).toBe(5);
  const other = of.replaceAll('app1', 'app2');
  expect(found.get(`docker_container_health{${other},status="none"}`)).toBe(1);
  expect(found.has(`docker_container_health_failing_streak{${other}}`)).toBe(false);
});

test('one that was killed for memory says when, by what is newer: its own mark or what events told', async () => {
  const killed = { Status: 'exited', ExitCode: 137, OOMKilled: true, FinishedAt: '2026-01-02T04:00:00Z' };
  const text = async (kills: Readonly<Record<string, number>>) => samples(await printed([container(1, { state: killed })], kills));
  const last = `docker_container_last_oom_time_seconds{${of}}`;
  expect((await text({})).get(last)).toBe(1_767_326_400);
  expect((await text({ [container(1).Id]: 1_767_326_999 })).get(last)).toBe(1_767_326_999);
  expect((await text({})).get(`docker_container_exit_code{${of}}`)).toBe(137);
  expect(samples(await printed([container(1)], { [container(1).Id]: 5 })).get(last)).toBe(5);
});

test('a state that the engine invents later is none of those that are known', async () => {
  const found = samples(await printed([container(1, { state: { Status: 'hibernating' } })]));
  const set = [...found].filter(([series]) => series.startsWith('docker_container_state'));
  expect(set).toHaveLength(7);
  expect(set.every(([, value]) => value === 0)).toBe(true);
});

test('what is no unit of this cluster is of the machine: another cluster, a single run, an image that is run by hand', async () => {
  const labels: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'org.datamancy.cluster': 'other', 'org.datamancy.service': 'app' },
    { 'org.datamancy.cluster': 'home' },
    { 'org.datamancy.cluster': 'home', 'org.datamancy.service': 'app', 'com.docker.compose.oneoff': 'True' },
  ];
  const strangers = labels.map((Labels, i) => container(i, { Config: { Image: 'x', Env: [], Labels } }));
  const found = await printed(strangers);
  expect(found).not.toContain('scope="cluster"');
  expect(samples(found).get('docker_exporter_containers_seen')).toBe(4);
});

test('no environment, no output of a healthcheck and no error gets out', async () => {
  expect(JSON.stringify(container(1))).toMatch(/hidden-error.*hidden-output.*hidden-password/);
  expect(await printed([container(1)])).not.toContain('hidden');
});

const hostile: readonly (readonly [string, string])[] = [
  ['quotes and a line', '/a"} 1\ndocker_up 1\n#'],
  ['backslashes', String.raw`/a\"b\n\\`],
  ['control and direction marks', '/a\u0000\u001B[31m\u202Eb\u2028c'],
  ['half a character', '/a\uD800'],
  ['nothing', '/'],
  ['a word of every object', '/__proto__'],
  ['more than fits', `/${'x'.repeat(100_000)}`],
];

test.each(hostile)('a name of %s is one series and no more', async (_, Name) => {
  const Labels = { 'org.datamancy.cluster': Name, 'org.datamancy.service': Name };
  const text = await printed([container(1, { Name, Config: { Image: Name, Env: [], Labels } })]);
  const found = samples(text);
  expect([...found.keys()].filter((series) => series.startsWith('docker_container_restarts_total'))).toHaveLength(1);
  expect(found.has('docker_up')).toBe(false);
  expect(text.split('\n').every((line) => line.length < 1000)).toBe(true);
});

test('names that are cut to the same are told apart', async () => {
  const long = `/${'x'.repeat(500)}`;
  const found = samples(await printed([container(1, { Name: `${long}1` }), container(2, { Name: `${long}2` })]));
  expect([...found.keys()].filter((series) => series.startsWith('docker_container_restarts_total'))).toHaveLength(2);
});
