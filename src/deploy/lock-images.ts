import type { ImageLock } from '../images/image-lock.ts';
import { DatamancyError } from '../kit/errors.ts';
import { inParallel } from '../kit/in-parallel.ts';
import type { RegistryAnswer } from '../runtime/registry.ts';

export interface LockImagesInput {
  readonly before: ImageLock;
  /** Images that this machine takes from upstream; no other is asked for. */
  readonly used: readonly string[];
  /** Images that declared services name, wherever this machine takes them from; what is locked and neither named nor used is dropped. */
  readonly named?: readonly string[];
  /** Those of the used ones that are asked for although they are locked. */
  readonly renewed: readonly string[];
  readonly ask: (image: string, signal: AbortSignal) => Promise<RegistryAnswer>;
  readonly now: Date;
  readonly signal: AbortSignal;
}

const asksAtOnce = 6;

/**
 * The lock as it is to be: an entry stays unless it is renewed and its tag has moved, and what is used and missing is asked for. Throws
 * E_IMAGE_UNFOUND with every image that has no answer, so that there is a whole lock or none.
 */
export async function lockImages({ before, used, named = [], renewed, ask, now, signal }: LockImagesInput): Promise<ImageLock> {
  const answers = new Map<string, RegistryAnswer>();
  const asked = used.filter((image) => renewed.includes(image) || !before[image]);
  await inParallel(asked, asksAtOnce, async (image) => void answers.set(image, await ask(image, signal)));
  refuseUnfound(answers);
  const entries = [...used, ...named].map((image) => {
    const [entry, answer] = [before[image], answers.get(image)];
    const isNew = answer && 'digest' in answer && answer.digest !== entry?.digest;
    return [image, isNew ? { digest: answer.digest, locked: now.toISOString() } : entry] as const;
  });
  return Object.fromEntries(entries.flatMap(([image, entry]) => (entry ? [[image, entry]] : [])));
}

function refuseUnfound(answers: ReadonlyMap<string, RegistryAnswer>): void {
  const unfound = [...answers].flatMap(([image, answer]) => ('why' in answer ? [{ image, ...answer }] : []));
  if (unfound.length === 0) return;
  const lines = unfound.map(({ image, why }) => `  ${image}: ${why}`).toSorted();
  throw new DatamancyError(
    'E_IMAGE_UNFOUND',
    `${unfound.length} of ${answers.size} images have no digest, and images.lock stays as it is\n${lines.join('\n')}`,
    { fix: [...new Set(unfound.map(({ fix }) => fix))].join('; ') },
  );
}
