import type { ContainerInspectInfo } from 'dockerode';
import { cleanText } from './log-lines.ts';
import type { Enforced, Unit, UnitState } from './runtime.ts';

/** Labels that the renderer puts on every container, network and volume of ours. */
export const label = {
  cluster: 'org.datamancy.cluster',
  service: 'org.datamancy.service',
  release: 'org.datamancy.release',
  digest: 'org.datamancy.digest',
} as const;

/** What an engine tells about a container, as a unit of ours. */
export function unitOf({ Config, State, Image, RestartCount, HostConfig, NetworkSettings, Mounts }: ContainerInspectInfo): Unit {
  const labels = Config.Labels;
  const ended = State.Status === 'exited' || State.Status === 'dead' || State.Status === 'restarting';
  return {
    service: labels[label.service] ?? '',
    state: stateOf(State),
    digest: labels[label.digest] ?? '',
    release: Number(labels[label.release] ?? 0),
    image: Config.Image,
    imageId: Image,
    restarts: RestartCount,
    startedAt: State.StartedAt.startsWith('0001-') ? undefined : State.StartedAt,
    exit: ended ? { code: State.ExitCode, outOfMemory: State.OOMKilled } : undefined,
    healthOutput: healthOutputOf(State),
    enforced: enforcedOf(Config.User, HostConfig, NetworkSettings, Mounts),
  };
}

/** A container without a healthcheck is healthy while it runs: nothing more is known of it. */
function stateOf({ Status, Health }: ContainerInspectInfo['State']): UnitState {
  switch (Status) {
    case 'created':
      return 'created';
    case 'restarting':
      return 'restarting';
    case 'running':
      if (Health?.Status === 'starting' || Health?.Status === 'unhealthy') return Health.Status;
      return 'healthy';
    case 'paused':
      return 'unhealthy';
    default:
      return 'exited';
  }
}

function healthOutputOf({
  Status,
  Health,
  Error: startError,
}: ContainerInspectInfo['State'] & { readonly Error?: string }): string | undefined {
  if (Status === 'paused') return 'the container is paused';
  const output = Health?.Log?.at(-1)?.Output ?? startError;
  return output ? cleanText(output, 1000).trim() : undefined;
}

function enforcedOf(
  user: string,
  host: ContainerInspectInfo['HostConfig'],
  network: ContainerInspectInfo['NetworkSettings'],
  mounts: ContainerInspectInfo['Mounts'],
): Enforced {
  const quota = host.CpuQuota && host.CpuPeriod ? host.CpuQuota / host.CpuPeriod : 0;
  return {
    user,
    memoryBytes: host.Memory ?? 0,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : quota,
    pids: Math.max(0, host.PidsLimit ?? 0),
    readOnlyRoot: host.ReadonlyRootfs ?? false,
    noNewPrivileges: names(host.SecurityOpt).some((option) => /^no-new-privileges([:=]true)?$/.test(option)),
    capDrop: names(host.CapDrop),
    capAdd: names(host.CapAdd),
    logging: { driver: host.LogConfig?.Type ?? '', options: (host.LogConfig?.Config ?? {}) as Readonly<Record<string, string>> },
    networks: Object.keys(network.Networks)
      .filter((name) => name !== 'none')
      .toSorted(),
    published: publishedOf(network),
    mounts: mounts
      .map(({ Name, Source, Destination, RW }) => ({ source: Name ?? Source, target: Destination, writable: RW }))
      .toSorted((one, other) => (one.target < other.target ? -1 : 1)),
  };
}

/** The engine's types do not say that a port may be exposed and published nowhere, which is null. */
function publishedOf({ Ports }: ContainerInspectInfo['NetworkSettings']): Enforced['published'] {
  const bindings: readonly (readonly { readonly HostIp: string; readonly HostPort: string }[] | null)[] = Object.values(Ports);
  return bindings
    .flatMap((bound) => bound ?? [])
    .map(({ HostIp, HostPort }) => ({ address: HostIp, port: Number(HostPort) }))
    .toSorted((one, other) => one.port - other.port || (one.address < other.address ? -1 : 1));
}

function names(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
