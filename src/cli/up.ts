import colors from 'picocolors';
import type { Outcome } from '../deploy/apply.ts';
import { applyRelease } from '../deploy/apply.ts';
import { readLastGood, writeLastGood } from '../deploy/last-good.ts';
import { withLock } from '../deploy/lock.ts';
import type { Prepared } from '../deploy/prepare.ts';
import { prepareRelease } from '../deploy/prepare.ts';
import { currentRelease, pruneReleases, readRelease, setCurrent } from '../deploy/release.ts';
import { buildImages } from '../images/build.ts';
import { redactor } from '../secrets/redact.ts';
import { findCluster } from './cluster.ts';
import { printJson } from './output.ts';
import { showBuild, showUnits } from './progress.ts';
import type { ReadyCluster } from './wire.ts';
import { readyCluster } from './wire.ts';

interface UpOptions {
  readonly cluster?: string;
  readonly json?: true;
}

/** Brings the cluster to what is declared. Status 1 where a service failed; what does not depend on it runs all the same. */
export async function up(options: UpOptions, signal: AbortSignal): Promise<number> {
  const folder = await findCluster(options.cluster);
  return withLock(folder.lockFile, 'up', async () => {
    const ready = await readyCluster(options.cluster);
    if (!ready) return 1;
    const prepared = await prepareRelease(ready.stack, folder);
    if ('problems' in prepared) {
      ready.report(prepared.problems);
      return 1;
    }
    const quiet = options.json === true;
    const isFirst = (await currentRelease(folder)) === undefined;
    await makeImages(ready, quiet, signal);
    const outcomes = await bringUp(ready, prepared, quiet, signal);
    const failed = outcomes.filter(({ kind }) => kind === 'failed' || kind === 'blocked');
    if (options.json) printJson({ release: prepared.release.number, outcomes });
    else report(ready, prepared, outcomes, isFirst);
    return failed.length === 0 ? 0 : 1;
  });
}

async function makeImages({ recipes, stack, choices, engineEnvironment }: ReadyCluster, quiet: boolean, signal: AbortSignal): Promise<void> {
  if (choices.runtime !== 'compose') return;
  const progress = showBuild(quiet);
  try {
    await buildImages({ recipes, cluster: stack.name, engine: engineEnvironment, signal, onProgress: progress.update });
  } finally {
    progress.end();
  }
}

async function bringUp({ stack, runtime, folder }: ReadyCluster, { release, steps, reveal }: Prepared, quiet: boolean, signal: AbortSignal): Promise<readonly Outcome[]> {
  const lastGood = await readLastGood(folder);
  await setCurrent(folder, release);
  const progress = showUnits(stack.services.map(({ name }) => name), quiet);
  try {
    const outcomes = await applyRelease({
      services: stack.services,
      release,
      steps,
      lastGood,
      releaseOf: async (number) => readRelease(folder, number),
      runtime,
      reveal,
      signal,
      onProgress: progress.update,
    });
    const good = outcomes.flatMap(({ service, kind }) => (kind === 'ready' || kind === 'unchanged' ? [service] : []));
    const proved = Object.fromEntries(good.map((service) => [service, { release: release.number, digest: release.services[service]?.digest ?? '' }]));
    const kept = { ...lastGood, ...proved };
    await writeLastGood(folder, kept);
    const units = await runtime.observe(signal);
    await pruneReleases(folder, new Set([release.number, ...units.map((unit) => unit.release), ...Object.values(kept).map((known) => known.release)]));
    return outcomes;
  } finally {
    progress.end();
  }
}

function report({ stack, runtime }: ReadyCluster, { secrets }: Prepared, outcomes: readonly Outcome[], isFirst: boolean): void {
  const redact = redactor(secrets.values());
  for (const outcome of outcomes) {
    if (outcome.kind === 'blocked') console.error(colors.yellow(`${outcome.service} was not started: it needs ${outcome.by}`));
    if (outcome.kind !== 'failed') continue;
    console.error(`\n${colors.red(`${outcome.service} failed:`)} ${redact(outcome.cause)}`);
    if (outcome.healthOutput) console.error(`  healthcheck said: ${redact(outcome.healthOutput)}`);
    for (const line of outcome.words) console.error(colors.dim(`  | ${redact(line)}`));
    if (outcome.restoredFrom !== undefined) console.error(`  its last good definition, of release ${outcome.restoredFrom}, runs again`);
    console.error(`  ${colors.cyan('fix:')} correct what the lines above name, then run \`datamancy up\` again; the others were left running`);
  }
  for (const missing of runtime.supports.missing) console.log(colors.yellow(`note: ${missing}`));
  const done = outcomes.filter(({ kind }) => kind === 'ready' || kind === 'unchanged').length;
  const changed = outcomes.filter(({ kind }) => kind === 'ready').length;
  console.log(`\n${colors.bold(stack.name)}: ${done} of ${stack.services.length} services healthy, ${changed} changed`);
  if (stack.edge.https !== 443) console.log(`ports 80 and 443 are taken on this machine, so addresses carry port ${stack.edge.https}`);
  const signOn = stack.providers['sign-on'];
  if (signOn && isFirst) {
    console.log(`\nsign in at ${colors.bold(signOn.url)} as ${colors.bold(stack.declaration.admin.name)}; the password is shown by\n  datamancy secrets show admin.password`);
    console.log('the certificate comes from the cluster itself; how to trust it is shown by\n  datamancy trust');
  }
}
