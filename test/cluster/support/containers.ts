import * as z from 'zod';
import { run } from '../../../src/kit/process.ts';
import { docker, eventually } from './command.ts';

const clusterLabel = 'org.datamancy.cluster';
const serviceLabel = 'org.datamancy.service';

const containerSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  LogPath: z.string(),
  State: z.looseObject({ Pid: z.number(), Status: z.string(), Health: z.looseObject({ Status: z.string() }).optional() }),
  Config: z.looseObject({
    Env: z.array(z.string()).nullable(),
    Image: z.string(),
    Labels: z.record(z.string(), z.string()),
    User: z.string(),
  }),
  HostConfig: z.looseObject({
    CapAdd: z.array(z.string()).nullable(),
    CapDrop: z.array(z.string()).nullable(),
    LogConfig: z.object({ Type: z.string(), Config: z.record(z.string(), z.string()) }),
    Privileged: z.boolean(),
    ReadonlyRootfs: z.boolean(),
    SecurityOpt: z.array(z.string()).nullable(),
  }),
  NetworkSettings: z.looseObject({ Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string() })) }),
});

/** What the engine says of one container, and whose it is. */
export interface Container extends z.infer<typeof containerSchema> {
  readonly service: string;
}

/** Every container of the cluster, found by label, sorted by service. */
export async function containersOf(cluster: string): Promise<readonly Container[]> {
  const ids = await idsOf(cluster);
  if (ids.length === 0) return [];
  // One that goes just now is left out of what is printed, and fails the command.
  const { stdout } = await run(['docker', 'inspect', ...ids]);
  const found = z.array(containerSchema).parse(JSON.parse(stdout));
  return found
    .map((container) => ({ ...container, service: container.Config.Labels[serviceLabel] ?? '' }))
    .toSorted((one, other) => (one.service < other.service ? -1 : 1));
}

export async function containerOf(cluster: string, service: string): Promise<Container> {
  const container = (await containersOf(cluster)).find((one) => one.service === service);
  if (!container) throw new Error(`${service} has no container in ${cluster}`);
  return container;
}

/** Container ids by service: whether anything was replaced shows in them. */
export async function idByService(cluster: string): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await containersOf(cluster)).map(({ service, Id }) => [service, Id]));
}

/**
 * Waits until the engine has started this container again, whose process was killed. Until it has noticed the death it tells of the former
 * process, which goes on answering until its turn to die has come.
 */
export async function untilRunsAgain(cluster: string, { service, Id, State }: Container): Promise<void> {
  await eventually(`${service} runs again`, async () => {
    const now = await containerOf(cluster, service);
    return (now.Id === Id && now.State.Status === 'running' && now.State.Pid !== State.Pid) || now.State.Status;
  });
}

/** Waits until every container of the cluster is healthy. */
export async function untilHealthy(cluster: string): Promise<void> {
  await eventually(
    'all are healthy',
    async () => {
      const states = (await containersOf(cluster)).map(({ service, State }) => [service, State.Health?.Status ?? 'unknown']);
      const ill = states.filter(([, health]) => health !== 'healthy');
      return ill.length === 0 || ill.join('; ');
    },
    300_000,
  );
}

async function idsOf(cluster: string): Promise<readonly string[]> {
  return words(await docker('ps', '-aq', '--no-trunc', '--filter', `label=${clusterLabel}=${cluster}`));
}

/** Removes whatever bears the label of this test cluster, also what a run that was killed has left. */
export async function clearCluster(cluster: string): Promise<void> {
  if (!cluster.startsWith('test-')) throw new Error(`${cluster} is no cluster of a test`);
  for (const [list, remove] of [
    [
      ['ps', '-aq'],
      ['rm', '-f', '-v'],
    ],
    [
      ['network', 'ls', '-q'],
      ['network', 'rm'],
    ],
    [
      ['volume', 'ls', '-q'],
      ['volume', 'rm'],
    ],
  ] as const) {
    const found = words((await run(['docker', ...list, '--filter', `label=${clusterLabel}=${cluster}`])).stdout);
    if (found.length > 0) await docker(...remove, ...found);
  }
}

export async function removeImagesOf(cluster: string): Promise<void> {
  const { stdout } = await run([
    'docker',
    'image',
    'ls',
    '--filter',
    `reference=datamancy/${cluster}/*`,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
  const found = words(stdout);
  if (found.length > 0) await docker('image', 'rm', ...found);
}

function words(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
