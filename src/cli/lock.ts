import { withLock } from '../deploy/lock.ts';
import type { LockImagesInput } from '../deploy/lock-images.ts';
import { lockImages } from '../deploy/lock-images.ts';
import type { ImageLock, LockChange } from '../images/image-lock.ts';
import { lockChanges, printImageLock } from '../images/image-lock.ts';
import { writeAtomic } from '../kit/files.ts';
import type { Engine } from '../runtime/engine.ts';
import { connectEngine } from '../runtime/engine.ts';
import { askRegistry } from '../runtime/registry.ts';
import type { Service } from '../service/index.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { withoutWorkers } from '../stack/stack.ts';
import { unitsOf } from '../stack/workers.ts';
import { requireKnown } from './change-services.ts';
import { findCluster } from './cluster.ts';
import { colors } from './colors.ts';
import { commandFor } from './command.ts';
import { printJson, printTable } from './output.ts';
import { resolveCluster } from './wire.ts';

interface Options {
  readonly cluster?: string;
  readonly json?: true;
  /** Images of these services are asked for again; of all where it is true. */
  readonly update?: true | readonly string[];
  /** Changes nothing. */
  readonly check?: true;
}

const answerWithinMs = 30_000;

/** Keeps in images.lock what each upstream tag stands for. With `check` status 2 where that would change something, as of `plan`. */
export async function lock(options: Options, signal: AbortSignal): Promise<number> {
  const folder = await findCluster(options.cluster);
  return withLock(folder.lockFile, 'lock', async () => {
    const { stack, declaration, services, problems, report, imageLock: before } = await resolveCluster(options.cluster);
    if (!stack || !declaration || problems.length > 0) {
      report(problems);
      return 1;
    }
    const after = await lockImages({
      before,
      named: Object.keys(declaration.services)
        .flatMap((name) => services[name] ?? [])
        .flatMap(unitsOf)
        .flatMap(tagOf),
      used: tagsOf(stack),
      renewed: renewedBy(options, stack),
      ask: asker(),
      now: new Date(),
      signal,
    });
    const changes = lockChanges(before, after);
    if (changes.length > 0 && !options.check) await writeAtomic(folder.imageLockFile, printImageLock(after));
    if (options.json) printJson({ images: Object.keys(after).length, changes });
    else print(changes, after, options.check === true, commandFor(folder.root, 'up'));
    return options.check && changes.length > 0 ? 2 : 0;
  });
}

/** No engine is looked for as long as nothing is asked. */
function asker(): LockImagesInput['ask'] {
  let engine: Promise<Engine> | undefined;
  return async (image, signal) => askRegistry(await (engine ??= connectEngine()), image, answerWithinMs, signal);
}

/** The image that a unit names where it pins it by a tag alone. */
function tagOf({ image }: Service): readonly string[] {
  return image === undefined || image.includes('@') ? [] : [image];
}

/** Upstream images of these services that are pinned by a tag alone. */
function tagsOf(stack: ResolvedStack, isMeant: (family: string) => boolean = () => true): readonly string[] {
  const tags = stack.services.flatMap(({ family, image, service }) =>
    image?.source === 'upstream' && isMeant(family) ? tagOf(service) : [],
  );
  return [...new Set(tags)].toSorted();
}

function renewedBy({ update }: Options, stack: ResolvedStack): readonly string[] {
  if (update === undefined) return [];
  if (update === true) return tagsOf(stack);
  const names = withoutWorkers(stack).map(({ name }) => name);
  requireKnown(update, names, 'this cluster has no service', `it has: ${names.join(', ')}`);
  return tagsOf(stack, (family) => update.includes(family));
}

function print(changes: readonly LockChange[], after: ImageLock, isCheck: boolean, next: string): void {
  const count = Object.keys(after).length;
  printTable(
    changes.map(({ image, before, after: digest }) => [signOf(before, digest), image, [before, digest].flatMap(short).join(' -> ')]),
  );
  if (changes.length === 0)
    console.log(count === 0 ? 'no image comes from a registry: there is nothing to lock' : `${count} locked, none changed`);
  else if (isCheck) console.log(`${changes.length} would change; nothing was written`);
  else console.log(`${count} locked in images.lock; the cluster runs them after: ${next}`);
}

function signOf(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return colors.green('+ lock');
  return after === undefined ? colors.red('- drop') : colors.yellow('~ renew');
}

function short(digest: string | undefined): readonly string[] {
  return digest === undefined ? [] : [digest.slice(0, 'sha256:'.length + 12)];
}
