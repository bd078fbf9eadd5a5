/** A container as an engine describes it, secrets and all. */
export interface SimulatedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly State: Readonly<Record<string, unknown>>;
  readonly Config: { readonly Image: string; readonly Env: readonly string[]; readonly Labels: Readonly<Record<string, string>> | null };
  readonly [other: string]: unknown;
}

/** A unit of the cluster `home` that runs and is healthy, unless it is told otherwise. */
export function container(number: number, changes: Partial<SimulatedContainer> & { readonly state?: object } = {}): SimulatedContainer {
  const { state, ...other } = changes;
  const health = { Status: 'healthy', FailingStreak: 0, Log: [check('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.250Z')] };
  const times = { StartedAt: '2026-01-02T03:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' };
  return {
    Id: number.toString(16).padStart(64, '0'),
    Name: `/home-app${number}-1`,
    Image: `sha256:${'ab'.repeat(32)}`,
    RestartCount: 0,
    State: { Status: 'running', ExitCode: 0, OOMKilled: false, Error: 'hidden-error', ...times, Health: health, ...state },
    Config: {
      Image: 'example/app:1.0',
      Env: ['PASSWORD=hidden-password'],
      Labels: { 'org.datamancy.cluster': 'home', 'org.datamancy.service': `app${number}` },
    },
    HostConfig: { Memory: 1024 ** 2, PidsLimit: 256 },
    ...other,
  };
}

export function check(Start: string, End: string): object {
  return { Start, End, ExitCode: 0, Output: 'hidden-output' };
}
