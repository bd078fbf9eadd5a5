import { beforeAll, describe, expect, test } from 'vitest';
import { messageOf } from '../../src/kit/errors.ts';
import type { EdgeClient } from '../../src/health/senses/edge.ts';
import type { Service } from '../../src/service/index.ts';
import { datamancy, eventually } from './support/command.ts';
import { containerOf, idByService, untilHealthy, untilRunsAgain } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { domain, edgeOf, readStatus, servicesOfStarter, startStarter } from './support/starter.ts';

const services = servicesOfStarter();
const routed = services.filter(({ route }) => route);
let starter: SharedCluster;
let edge: EdgeClient;

beforeAll(async () => {
  starter = await startStarter();
  edge = await edgeOf(starter);
  return async () => untilHealthy(starter.name);
});

/** Every other address that does not live by the victim: by its data, or by its word who a visitor is. */
function othersOf(victim: Service): readonly string[] {
  const isClient = ({ needs = {} }: Service) => Object.values(needs).some(({ kind }) => Object.hasOwn(victim.provides ?? {}, kind));
  const isGuarded = ({ route }: Service) => victim.name === 'gate' && 'groups' in (route?.access ?? {});
  const others = routed.filter((service) => service.name !== victim.name && !isClient(service) && !isGuarded(service));
  return others.map(({ name, route }) => route?.host ?? name);
}

describe('the process of a single container is killed', () => {
  test.each(services.filter(({ name }) => name !== 'caddy'))(
    '$name: the edge answers for all others, and it is started again',
    async (service) => {
      const others = othersOf(service);
      await untilHealthy(starter.name);
      await allAreAnswered();
      const victim = await containerOf(starter.name, service.name);
      process.kill(victim.State.Pid, 'SIGKILL');
      const answers = await Promise.all(others.map(async (host) => [host, (await statusOf(host)) < 500]));
      expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(others.map((host) => [host, true])));
      await untilRunsAgain(starter.name, victim);
    },
  );

  test('caddy: the edge itself is back, and answers for all', async () => {
    await untilHealthy(starter.name);
    const edgeUnit = await containerOf(starter.name, 'caddy');
    process.kill(edgeUnit.State.Pid, 'SIGKILL');
    await untilRunsAgain(starter.name, edgeUnit);
    await allAreAnswered();
    expect(await statusOf('auth')).toBe(200);
  });

  test('afterwards all is healthy, in the same containers, and every restart was counted', async () => {
    await untilHealthy(starter.name);
    const { services } = readStatus((await datamancy(starter.folder, ['status', '--json'])).stdout);
    expect(services.filter(({ restarts }) => restarts === 0)).toEqual([]);
    const before = await idByService(starter.name);
    expect(await datamancy(starter.folder, ['plan'])).toMatchObject({ status: 0 });
    expect(await idByService(starter.name)).toEqual(before);
  });
});

async function statusOf(host: string): Promise<number> {
  return (await edge.ask({ host: `${host}.${domain}` }, AbortSignal.timeout(30_000))).status;
}

async function allAreAnswered(): Promise<void> {
  for (const { name, route } of routed) {
    const host = route?.host ?? name;
    await eventually(
      `${host} is answered for`,
      async () => {
        const status = await statusOf(host).catch((cause: unknown) => messageOf(cause));
        return (typeof status === 'number' && status < 500) || status.toString();
      },
      180_000,
    );
  }
}
