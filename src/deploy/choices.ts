import { z } from 'zod';
import { DatamancyError } from '../kit/errors.ts';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import type { Declaration } from '../stack/declaration.ts';
import type { ClusterFolder } from './folder.ts';
import { freePorts } from './ports.ts';

const choicesSchema = z.object({
  images: z.enum(['upstream', 'debian']),
  runtime: z.enum(['compose', 'process']),
  http: z.number().int(),
  https: z.number().int(),
});

/** What `auto` came to on this machine. Kept, so that the next run does not choose otherwise and replace every unit. */
export type Choices = z.infer<typeof choicesSchema>;

export interface Choosers {
  /** Whether the registry of this image answers within two seconds. */
  readonly registryAnswers: () => Promise<boolean>;
  readonly runtime: () => Promise<'compose' | 'process'>;
}

/** The declared choice where there is one, else the kept one, else one made now and kept. */
export async function chooseForHost(declaration: Declaration, folder: ClusterFolder, choosers: Choosers): Promise<Choices> {
  const kept = await readChoices(folder);
  const { images, runtime, ports, bind } = declaration;
  const chosenRuntime = runtime === 'auto' ? (kept?.runtime ?? (await choosers.runtime())) : runtime;
  const free = ports.http !== undefined && ports.https !== undefined ? undefined : kept ? kept : await freePorts(bind);
  const chosen: Choices = {
    runtime: chosenRuntime,
    images: images === 'auto' ? (kept?.images ?? (chosenRuntime === 'compose' && (await choosers.registryAnswers()) ? 'upstream' : 'debian')) : images,
    http: ports.http ?? free?.http ?? 80,
    https: ports.https ?? free?.https ?? 443,
  };
  if (JSON.stringify(chosen) !== JSON.stringify(kept)) await writeAtomic(folder.choicesFile, `${JSON.stringify(chosen)}\n`);
  return chosen;
}

async function readChoices({ choicesFile }: ClusterFolder): Promise<Choices | undefined> {
  const content = await readIfExists(choicesFile);
  if (content === undefined) return undefined;
  try {
    return choicesSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new DatamancyError('E_RELEASE_DAMAGED', `${choicesFile} cannot be read`, { fix: 'remove it; the choices are made again at the next run', cause });
  }
}
