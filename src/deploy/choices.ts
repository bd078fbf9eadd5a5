import * as z from 'zod';
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
  /** The engine can probe a starting unit more often than a running one. */
  probesStart: z.boolean(),
  /** Where the engine's socket is, if not in the usual place. */
  engineSocket: z.string().optional(),
});

/** What `auto` came to on this machine. Kept, so that the next run does not choose otherwise and replace every unit. */
export type Choices = z.infer<typeof choicesSchema>;

/** What the engine and the registry are found to be; undefined where no engine answers. */
export type LookAtHost = (
  askRegistry: boolean,
) => Promise<{ readonly registryAnswers: boolean; readonly probesStart: boolean; readonly engineSocket?: string } | undefined>;

/** The declared choice where there is one, else the kept one, else one made now. It is kept once an engine was there to be asked. */
export async function chooseForHost(declaration: Declaration, folder: ClusterFolder, look: LookAtHost): Promise<Choices> {
  const kept = await readChoices(folder);
  const { images, ports, bind } = declaration;
  const runtime = declaration.runtime === 'auto' ? (kept?.runtime ?? 'compose') : declaration.runtime;
  const found = kept === undefined && runtime === 'compose' ? await look(images === 'auto') : undefined;
  const engineSocket = kept?.engineSocket ?? found?.engineSocket;
  const free = ports.http !== undefined && ports.https !== undefined ? undefined : (kept ?? (await freePorts(bind)));
  const chosen: Choices = {
    runtime,
    images: images === 'auto' ? (kept?.images ?? (found?.registryAnswers === true ? 'upstream' : 'debian')) : images,
    probesStart: kept?.probesStart ?? found?.probesStart ?? false,
    http: ports.http ?? free?.http ?? 80,
    https: ports.https ?? free?.https ?? 443,
    ...(engineSocket === undefined ? {} : { engineSocket }),
  };
  const isSettled = kept !== undefined || found !== undefined || runtime === 'process';
  if (isSettled && JSON.stringify(chosen) !== JSON.stringify(kept)) await writeAtomic(folder.choicesFile, `${JSON.stringify(chosen)}\n`);
  return chosen;
}

async function readChoices({ choicesFile }: ClusterFolder): Promise<Choices | undefined> {
  const content = await readIfExists(choicesFile);
  if (content === undefined) return undefined;
  try {
    return choicesSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new DatamancyError('E_RELEASE_DAMAGED', `${choicesFile} cannot be read`, {
      fix: 'remove it; the choices are made again at the next run',
      cause,
    });
  }
}
