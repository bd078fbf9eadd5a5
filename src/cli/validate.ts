import { createHmac } from 'node:crypto';
import { resolve } from 'node:path';
import { renderAccessMatrix } from './access-matrix.ts';
import { colors } from './colors.ts';
import { authorityCertificate } from '../contracts/index.ts';
import { currentRelease } from '../deploy/release.ts';
import { aboutServices } from '../health/about-services.ts';
import type { Status } from '../health/check.ts';
import { accessChecks } from '../health/checks/access.ts';
import { checks } from '../health/checks/index.ts';
import type { CheckContext } from '../health/context.ts';
import { printJunit } from '../health/junit.ts';
import { boundedEdge } from '../health/senses/bounded-edge.ts';
import { createEdgeClient } from '../health/senses/edge.ts';
import { thisHost } from '../health/senses/host.ts';
import type { CheckedGroup, Validation } from '../health/validate.ts';
import { validate as runChecks } from '../health/validate.ts';
import { DatamancyError } from '../kit/errors.ts';
import { writeAtomic } from '../kit/files.ts';
import { digestOf } from '../render/definition.ts';
import { openSecrets } from '../secrets/keep.ts';
import { redactor } from '../secrets/redact.ts';
import { listWords } from '../stack/nearest.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { printJson } from './output.ts';
import { unknownService } from './unknown-service.ts';
import type { ReadyCluster } from './wire.ts';
import { readyCluster } from './wire.ts';

interface ValidateOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly junit?: string;
  readonly access?: true;
}

/** So that no check, nor all of them at once, looks like a flood to the cluster. */
const mostRequestsAtOnce = 12;

/**
 * Looks at everything that can be looked at, or with `access` at who gets in by whatever way; tells of the named services alone, where
 * some are named; changes nothing. Status 1 where a check failed.
 */
export async function validate(options: ValidateOptions, names: readonly string[], signal: AbortSignal): Promise<number> {
  const ready = await readyCluster(options.cluster);
  if (!ready) return 1;
  const asked = unitsOf(ready.stack, names);
  const context = await contextOf(ready, signal);
  const chosen = (options.access ? accessChecks : checks).filter(({ isGeneral }) => names.length === 0 || isGeneral !== true);
  const live = options.json !== true && process.stderr.isTTY;
  let done = 0;
  const everything = await runChecks(chosen, context, {
    signal,
    onChecked: () => {
      done++;
      if (live) process.stderr.write(`\r${colors.dim(`${done} of ${chosen.length} checks`)}${done === chosen.length ? '\r\u001b[K' : ''}`);
    },
  });
  const validation = names.length === 0 ? everything : aboutServices(everything, asked, context);
  const title = names.length === 0 ? context.stack.name : `${listWords(names)} of ${context.stack.name}`;
  if (options.junit !== undefined) await writeAtomic(resolve(options.junit), printJunit(title, validation));
  if (options.json) printJson(jsonOf(validation));
  else {
    const shown = { ...context.stack, services: context.stack.services.filter(({ name }) => asked.includes(name)) };
    if (options.access) for (const line of renderAccessMatrix(shown, validation)) console.log(line);
    print(title, validation);
  }
  return validation.counts.fail === 0 ? 0 : 1;
}

/** The units of the named services, each with its workers; all where none is named. */
function unitsOf({ services }: ResolvedStack, names: readonly string[]): readonly string[] {
  const known = services.map(({ name }) => name);
  for (const name of names) if (!known.includes(name)) throw unknownService(name, known);
  const asked = services.filter(({ name, family }) => names.length === 0 || names.includes(name) || names.includes(family));
  return asked.map(({ name }) => name);
}

async function contextOf({ stack, runtime, folder }: ReadyCluster, signal: AbortSignal): Promise<CheckContext> {
  const release = await currentRelease(folder);
  if (!release)
    throw new DatamancyError('E_COMMAND_FAILED', `${stack.name} was never started, so there is nothing to look at`, {
      fix: 'start it with: datamancy up',
    });
  const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: true });
  const reveal = { secret: ({ id, part }: { readonly id: string; readonly part?: string }) => secrets.reveal(id, part) };
  const key = secrets.digestKey();
  const keyedHash = (content: string): string => createHmac('sha256', key).update(content).digest('hex');
  return {
    stack,
    folder,
    release,
    digests: Object.fromEntries(
      stack.services.map((service) => [service.name, digestOf(stack, service, { print: (file) => file.print(reveal), keyedHash })]),
    ),
    units: await runtime.observe(signal),
    runtime,
    ...reveal,
    redact: redactor(secrets.values()),
    edge: boundedEdge(
      createEdgeClient(stack.edge, async () => (stack.declaration.tls === 'internal' ? reveal.secret(authorityCertificate) : undefined)),
      mostRequestsAtOnce,
    ),
    host: thisHost,
  };
}

function jsonOf({ groups, counts }: Validation): object {
  const { pass, fail, warn, skip } = counts;
  return { checks: groups.flatMap(({ results }) => results), passed: pass, failed: fail, warned: warn, skipped: skip };
}

const signs: Readonly<Record<Status, string>> = {
  pass: colors.green('✔'),
  warn: colors.yellow('!'),
  fail: colors.red('✘'),
  skip: colors.dim('–'),
};

function print(about: string, { groups, counts }: Validation): void {
  for (const group of groups) printGroup(group);
  const { pass, fail, warn, skip } = counts;
  const verdict = fail === 0 ? colors.green('nothing failed') : colors.red(`${fail} failed`);
  console.log(`\n${colors.bold(about)}: ${verdict}, ${pass} passed, ${warn} warned, ${skip} skipped`);
}

/** What passed stands in one line with its number; everything else is spelled out below. */
function printGroup({ title, results }: CheckedGroup): void {
  const worst = (['fail', 'warn', 'pass', 'skip'] as const).find((status) => results.some((result) => result.status === status)) ?? 'skip';
  const passed = results.filter(({ status }) => status === 'pass').length;
  console.log(`${signs[worst]} ${title} ${colors.dim(`${passed}/${results.length}`)}`);
  for (const { status, title: about, detail, fix } of results) {
    if (status === 'pass') continue;
    console.log(`    ${signs[status]} ${about}: ${status === 'skip' ? colors.dim(detail) : detail}`);
    if (fix !== '') console.log(`      ${colors.cyan('fix:')} ${fix}`);
  }
}
