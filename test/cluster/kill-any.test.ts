import { beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { messageOf } from '../../src/kit/errors.ts';
import type { EdgeClient } from '../../src/health/senses/edge.ts';
import type { Service } from '../../src/service/index.ts';
import { datamancy, eventually } from './support/command.ts';
import { containerOf, containersOf, idByService } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { domain, edgeOf, readStatus, startStarter } from './support/starter.ts';

const routed = (Object.values(catalog) as readonly Service[]).filter(({ route, name }) => route && name !== 'authelia');
let starter: SharedCluster;
let edge: EdgeClient;

beforeAll(async () => {
  starter = await startStarter();
  edge = await edgeOf(starter);
  return waitUntilHealthy;
});

/** Every other address; those that ask for a sign-in cannot be asked about while the sign-on server itself is away. */
function othersOf(victim: string): readonly string[] {
  const others = routed.filter(({ name, route }) => name !== victim && (victim !== 'gate' || !('groups' in (route?.access ?? {}))));
  return others.map(({ name, route }) => route?.host ?? name);
}

describe('the process of a single container is killed', () => {
  const victims = (Object.keys(catalog) as readonly string[]).filter((name) => name !== 'caddy' && name !== 'authelia');

  test.each(victims)('%s: the edge answers for all others, and it is started again', async (victim) => {
    const { State, Id } = await containerOf(starter.name, victim);
    const others = othersOf(victim);
    await allAreAnswered();
    process.kill(State.Pid, 'SIGKILL');
    const answers = await Promise.all(others.map(async (host) => [host, (await statusOf(host)) < 500]));
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(others.map((host) => [host, true])));
    await eventually(`${victim} runs again`, async () => {
      const now = await containerOf(starter.name, victim);
      return (now.Id === Id && now.State.Status === 'running' && now.State.Pid !== State.Pid) || now.State.Status;
    });
  });

  test('caddy: the edge itself is back, and answers for all', async () => {
    await waitUntilHealthy();
    process.kill((await containerOf(starter.name, 'caddy')).State.Pid, 'SIGKILL');
    await allAreAnswered();
    expect(await statusOf('auth')).toBe(200);
  });

  test('afterwards all is healthy, in the same containers, and every restart was counted', async () => {
    await waitUntilHealthy();
    const { services } = readStatus((await datamancy(starter.folder, ['status', '--json'])).stdout);
    expect(services.filter(({ restarts }) => restarts === 0)).toEqual([]);
    const before = await idByService(starter.name);
    expect(await datamancy(starter.folder, ['plan'])).toMatchObject({ status: 0 });
    expect(await idByService(starter.name)).toEqual(before);
  });
});

async function statusOf(host: string): Promise<number> {
  return (await edge.ask({ host: `${host}.${domain}` }, AbortSignal.timeout(15_000))).status;
}

async function allAreAnswered(): Promise<void> {
  for (const host of othersOf('')) {
    await eventually(`${host} is answered for`, async () => {
      const status = await statusOf(host).catch((cause: unknown) => messageOf(cause));
      return (typeof status === 'number' && status < 500) || status.toString();
    });
  }
}

async function waitUntilHealthy(): Promise<void> {
  await eventually(
    'all are healthy again',
    async () => {
      const states = (await containersOf(starter.name)).map(({ service, State }) => [service, healthOf(State)]);
      const ill = states.filter(([, health]) => health !== 'healthy');
      return ill.length === 0 || ill.join('; ');
    },
    120_000,
  );
}

function healthOf(state: object): string {
  const { Health } = state as { readonly Health?: { readonly Status?: string } };
  return Health?.Status ?? 'unknown';
}
