import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../kit/testing/free-port.ts';
import { sleep } from '../kit/clock.ts';
import { runExporter } from './server.ts';
import { readSettings } from './settings.ts';
import { container } from './testing/simulated-container.ts';
import { type SimulatedEngine, startEngine } from './testing/simulated-engine.ts';

let simulated: SimulatedEngine;

beforeEach(async () => {
  simulated = await startEngine([container(1)]);
});

afterEach(async () => {
  await simulated.stop();
});

test('the daemon serves what the engine says and what it tells, and ends when it is asked to', async () => {
  const port = await freePort();
  const stopping = new AbortController();
  const env = { DOCKER_HOST: `tcp://${simulated.address.host}`, DATAMANCY_CLUSTER: 'home', DATAMANCY_LISTEN: `127.0.0.1:${port}` };
  const killedAt = Math.floor(Date.now() / 1000);
  simulated.tellKill(container(1).Id, killedAt);
  const running = runExporter([], env, stopping.signal);
  await vi.waitFor(
    async () => {
      expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toEqual({ status: 'OK' });
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(text).toMatch(/^docker_container_health\{name="home-app1-1",scope="cluster",.*status="healthy"\} 1$/m);
      expect(text).toMatch(new RegExp(`^docker_container_last_oom_time_seconds\\{.*\\} ${killedAt}$`, 'm'));
    },
    { timeout: 10_000 },
  );
  stopping.abort();
  await running;
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow('fetch failed');
});

test('a port that is taken ends the daemon, and leaves nothing behind that asks the engine', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const env = { DOCKER_HOST: `tcp://${simulated.address.host}`, DATAMANCY_CLUSTER: 'home', DATAMANCY_LISTEN: `127.0.0.1:${port}` };
  await expect(runExporter([], env, new AbortController().signal)).rejects.toThrow('EADDRINUSE');
  await sleep(200);
  await vi.waitFor(() => expect(simulated.openStreams()).toBe(0), { timeout: 10_000 });
  taken.close();
});

const good = { DOCKER_HOST: 'tcp://proxy:2375', DATAMANCY_CLUSTER: 'home', DATAMANCY_LISTEN: '0.0.0.0:9066' };

test('settings are read from the environment', () => {
  const { engine, cluster, listen } = readSettings(good);
  expect([engine.href, cluster, listen]).toEqual(['http://proxy:2375/', 'home', { host: '0.0.0.0', port: 9066 }]);
});

test.each([
  [{ DOCKER_HOST: undefined }, 'DOCKER_HOST'],
  [{ DOCKER_HOST: 'unix:///var/run/docker.sock' }, 'DOCKER_HOST is no address such as tcp://docker-socket-proxy:2375'],
  [{ DATAMANCY_CLUSTER: '' }, 'DATAMANCY_CLUSTER'],
  [{ DATAMANCY_LISTEN: '9066' }, 'DATAMANCY_LISTEN is no address such as 0.0.0.0:9066'],
])('settings with %o are refused', (change, words) => {
  expect(() => readSettings({ ...good, ...change })).toThrow(words);
});
