import { applyRelease } from '../deploy/apply.ts';
import type { Choices } from '../deploy/choices.ts';
import type { LastGood } from '../deploy/last-good.ts';
import { readLastGood, writeLastGood } from '../deploy/last-good.ts';
import type { Outcome } from '../deploy/outcome.ts';
import { planChanges } from '../deploy/plan.ts';
import type { Prepared } from '../deploy/prepare.ts';
import { prunePrivateFiles } from '../deploy/private-files.ts';
import { pruneReleases, readRelease, repairRelease, setCurrent } from '../deploy/release.ts';
import { buildImages } from '../images/build.ts';
import { redactor } from '../secrets/redact.ts';
import { printJson } from './output.ts';
import { withPrepared } from './prepared.ts';
import { showBuild, showUnits } from './progress.ts';
import { redactOutcome, reportUp } from './up-report.ts';
import type { ReadyCluster } from './wire.ts';

interface UpOptions {
  readonly cluster?: string;
  readonly json?: true;
  /** Where cluster.yaml leaves it open. */
  readonly runtime?: Choices['runtime'];
}

/** Brings the cluster to what is declared. Status 1 where a service failed; what does not depend on it runs all the same. */
export async function up(options: UpOptions, signal: AbortSignal): Promise<number> {
  return withPrepared('up', options, async (ready, prepared) => {
    const quiet = options.json === true;
    const lastGood = await readLastGood(ready.folder);
    await makeImages(ready, quiet, signal);
    const found = await bringUp(ready, prepared, lastGood, quiet, signal);
    const redact = redactor(prepared.secrets.values());
    const outcomes = found.map((outcome) => redactOutcome(outcome, redact));
    await keep(ready, prepared, lastGood, outcomes, signal);
    if (options.json) printJson({ release: prepared.release.number, outcomes });
    else reportUp(ready, outcomes, lastGood);
    return outcomes.some(({ kind }) => kind === 'failed' || kind === 'blocked') ? 1 : 0;
  });
}

async function makeImages(
  { recipes, stack, choices, engineEnvironment }: ReadyCluster,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (choices.runtime !== 'compose') return;
  const progress = showBuild(quiet);
  try {
    await buildImages({ recipes, cluster: stack.name, engine: engineEnvironment, signal, onProgress: progress.update });
  } finally {
    progress.end();
  }
}

async function bringUp(
  ready: ReadyCluster,
  prepared: Prepared,
  lastGood: LastGood,
  quiet: boolean,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { stack, runtime, folder } = ready;
  const { release, steps, reveal, secrets } = prepared;
  await removeDrifted(ready, prepared, signal);
  await setCurrent(folder, release);
  const redact = redactor(secrets.values());
  const progress = showUnits(
    stack.services.map(({ name }) => name),
    quiet,
  );
  try {
    return await applyRelease({
      services: stack.services,
      release,
      steps,
      lastGood,
      releaseOf: async (number) => readRelease(folder, number),
      runtime,
      reveal,
      signal,
      onProgress: ({ detail, ...event }) => progress.update(detail === undefined ? event : { ...event, detail: redact(detail) }),
    });
  } finally {
    progress.end();
  }
}

/** Puts files back that somebody edited, and removes units that somebody changed, so that they are made anew as declared. */
async function removeDrifted({ stack, runtime }: ReadyCluster, { release, tree }: Prepared, signal: AbortSignal): Promise<void> {
  const units = await runtime.observe(signal);
  const changes = await planChanges(stack, release, units);
  const drifted = new Set(changes.filter(({ kind }) => kind === 'drift').map(({ service }) => service));
  await repairRelease(release, tree);
  const there = units.map(({ service }) => service).filter((service) => drifted.has(service));
  if (there.length > 0) await runtime.remove(there, signal);
}

/** Notes what is proved to work now, and lets go of what nothing needs any more. */
async function keep(
  { stack, runtime, folder }: ReadyCluster,
  { release, privatePaths }: Prepared,
  lastGood: LastGood,
  outcomes: readonly Outcome[],
  signal: AbortSignal,
): Promise<void> {
  const proved = new Set(outcomes.flatMap(({ service, kind }) => (kind === 'ready' || kind === 'unchanged' ? [service] : [])));
  const good = stack.services.flatMap(({ name }) => {
    const known = proved.has(name) ? { release: release.number, digest: release.services[name]?.digest ?? '' } : lastGood[name];
    return known ? [[name, known] as const] : [];
  });
  await writeLastGood(folder, Object.fromEntries(good));
  const used = (await runtime.observe(signal)).map((unit) => unit.release);
  await pruneReleases(folder, new Set([release.number, ...used, ...good.map(([, known]) => known.release)]));
  if (proved.size < stack.services.length) return;
  await prunePrivateFiles(folder.privateDirectory, privatePaths);
  await runtime.removeNetworksBut([...new Set(stack.services.flatMap(({ networks }) => networks))], signal);
}
