import * as z from 'zod';

/** One container, without anything it could hide a secret in: no environment, no command, no output. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** As it was asked for, and the digest that this came to. */
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The engine's word, such as `running`. */
  readonly state: string;
  /** Only while it runs: the engine calls a container unhealthy as soon as it stops checking. */
  readonly health: Health | undefined;
  /** Of the engine's own restarts; starts again at 0 when somebody starts it by hand. */
  readonly restarts: number;
  /** Where it has ended. */
  readonly exitCode: number | undefined;
  readonly isOomKilled: boolean;
  /** Seconds since 1970, as every time here. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly missingLimits: { readonly memory: boolean; readonly pids: boolean };
}

interface Health {
  /** `none` where it has no healthcheck. */
  readonly status: string;
  readonly failingStreak: number | undefined;
  readonly last: { readonly durationSeconds: number; readonly endedAt: number } | undefined;
}

const id = z.string().regex(/^[0-9a-f]{12,64}$/);
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});
const time = z.string().transform(secondsOf);

/** What a list tells of a container (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerList). */
export const listSchema = z.array(z.object({ Id: id, Created: z.number(), Labels: labels }));
export type Listed = z.infer<typeof listSchema>[number];

const described = z.object({
  Id: id,
  Name: z.string(),
  Image: z.string(),
  RestartCount: z.number().nonnegative(),
  State: z.object({
    Status: z.string(),
    ExitCode: z.number(),
    OOMKilled: z.boolean(),
    StartedAt: time,
    FinishedAt: time,
    Health: z
      .object({ Status: z.string(), FailingStreak: z.number(), Log: z.array(z.object({ Start: time, End: time })).nullish() })
      .nullish(),
  }),
  Config: z.object({ Image: z.string(), Labels: labels }),
  HostConfig: z.object({ Memory: z.number(), PidsLimit: z.number().nullish() }),
});
type Described = z.infer<typeof described>;

/** What is read of a description (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect). */
export const containerSchema = described.transform(containerOf);

const ended: readonly string[] = ['exited', 'dead', 'restarting'];

function containerOf({ Id, Name, Image, RestartCount, State, Config, HostConfig }: Described): Container {
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    image: Config.Image,
    imageId: Image,
    labels: Config.Labels,
    state: State.Status,
    health: State.Status === 'running' ? healthOf(State.Health) : undefined,
    restarts: RestartCount,
    exitCode: ended.includes(State.Status) ? State.ExitCode : undefined,
    isOomKilled: State.OOMKilled,
    startedAt: State.StartedAt,
    finishedAt: State.FinishedAt,
    missingLimits: { memory: HostConfig.Memory <= 0, pids: (HostConfig.PidsLimit ?? 0) <= 0 },
  };
}

function healthOf(health: Described['State']['Health']): Health {
  const { Start: start, End: end } = health?.Log?.at(-1) ?? {};
  return {
    status: health?.Status || 'none',
    failingStreak: health?.FailingStreak,
    last: start === undefined || end === undefined ? undefined : { durationSeconds: Math.max(0, end - start), endedAt: end },
  };
}

/** The engine says year 1 for never. */
function secondsOf(text: string): number | undefined {
  const seconds = Date.parse(text) / 1000;
  return seconds > 0 ? seconds : undefined;
}
