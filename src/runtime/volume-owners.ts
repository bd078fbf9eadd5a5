import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { DatamancyError } from '../kit/errors.ts';
import { run } from '../kit/process.ts';
import type { Release } from './runtime.ts';

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      pull_policy: z.string().optional(),
      user: z.string(),
      volumes: z.array(z.object({ type: z.string(), target: z.string() })).default([]),
    }),
  ),
});

/** A unit made from another's image, which may have been built to begin as root. */
export interface ForeignUnit {
  readonly service: string;
  readonly image: string;
  readonly user: string;
  /** Where its volumes are mounted. */
  readonly targets: readonly string[];
}

/** Units of the release whose volumes take their first owner from an image that is not ours. */
export async function foreignUnits({ directory }: Release, services: readonly string[]): Promise<readonly ForeignUnit[]> {
  const { services: all } = composeSchema.parse(parse(await readFile(join(directory, 'compose.yaml'), 'utf8')));
  return services.flatMap((service): readonly ForeignUnit[] => {
    const unit = all[service];
    if (!unit || unit.pull_policy === 'never' || unit.user === '0:0') return [];
    const targets = unit.volumes.filter(({ type }) => type === 'volume').map(({ target }) => target);
    return targets.length === 0 ? [] : [{ service, image: unit.image, user: unit.user, targets }];
  });
}

/** What `docker run` and `chown` answer where an image has no such program; its volumes then stay as the image made them. */
const noSuchProgram: ReadonlySet<number> = new Set([126, 127]);

/**
 * Gives the volumes of a container that was made and not started to the user it runs as. An empty volume belongs to whom the
 * image's own directory does (https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container), which is
 * root wherever the image expects to begin as root. Only the top of a volume changes hands.
 */
export async function giveVolumes(
  unit: ForeignUnit,
  container: string,
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly signal: AbortSignal },
): Promise<void> {
  const confined = ['--network', 'none', '--read-only', '--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--security-opt', 'no-new-privileges'];
  const { status, stderr } = await run(
    [
      'docker',
      'run',
      '--rm',
      '--user',
      '0:0',
      ...confined,
      '--volumes-from',
      container,
      '--entrypoint',
      'chown',
      unit.image,
      unit.user,
      ...unit.targets,
    ],
    options,
  );
  options.signal.throwIfAborted();
  if (status === 0 || noSuchProgram.has(status)) return;
  throw new DatamancyError(
    'E_ENGINE_FAILED',
    `the volumes of ${unit.service} could not be given to ${unit.user}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    {
      fix: 'read what the engine says, then run "datamancy up" again',
    },
  );
}
