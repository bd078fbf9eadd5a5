import * as z from 'zod';

const path = z.string().startsWith('/');
const copy = z.object({ source: z.string(), target: path });

/** What a child process needs to run as a unit, without any secret in it. */
export const processUnitSchema = z.object({
  /** What `status` shows in place of an image. */
  image: z.string(),
  argv: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  /** The part of the environment that shows a secret, as a file; relative to the release. */
  envFile: z.string().optional(),
  /** Config files: from the release or the private directory, relative to the release, to where the unit reads them. */
  files: z.array(copy),
  secrets: z.array(copy),
  /** Directories that the unit may write and that outlive it. */
  volumes: z.array(path),
  /** Ports below 1024 that it binds, for which an ordinary user needs a right of its own. */
  lowPorts: z.array(z.number().int()),
  health: z.object({
    probe: z.union([
      z.object({ kind: z.literal('http'), url: z.string() }),
      z.object({ kind: z.literal('tcp'), address: z.string(), port: z.number().int() }),
      z.object({ kind: z.literal('command'), argv: z.array(z.string()).min(1) }),
    ]),
    everyMs: z.number().positive(),
    timeoutMs: z.number().positive(),
    /** Failures in a row that make it unhealthy. */
    retries: z.number().int().positive(),
    /** A failure in this time after the start does not count. */
    startMs: z.number().nonnegative(),
  }),
  stopSignal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']),
  stopMs: z.number().nonnegative(),
});

export type ProcessUnit = z.infer<typeof processUnitSchema>;

/** process.json of a release: every unit by its service. */
export const processReleaseSchema = z.object({ units: z.record(z.string(), processUnitSchema) });
