import type { LastGood } from '../deploy/last-good.ts';
import type { Outcome } from '../deploy/outcome.ts';
import { colors, errorColors } from './colors.ts';
import { commandFor } from './command.ts';
import { printFix } from './output.ts';
import type { ReadyCluster } from './wire.ts';

/** The outcome without the secrets that a unit's own words may show. */
export function redactOutcome(outcome: Outcome, redact: (line: string) => string): Outcome {
  if (outcome.kind !== 'failed') return outcome;
  const { cause, words, healthOutput } = outcome;
  return {
    ...outcome,
    cause: redact(cause),
    words: words.map(redact),
    healthOutput: healthOutput === undefined ? undefined : redact(healthOutput),
  };
}

/** Says how it ended: each failure with its reason, then where to sign in when it is for the first time that one can. */
export function reportUp({ stack, runtime, folder }: ReadyCluster, outcomes: readonly Outcome[], lastGood: LastGood): void {
  for (const outcome of outcomes) if (outcome.kind === 'failed') reportFailure(outcome);
  const blocked = outcomes.filter((outcome) => outcome.kind === 'blocked');
  if (blocked.length > 0) console.error('');
  for (const { service, by } of blocked) console.error(`${errorColors.yellow(`${service} was not started:`)} it needs ${by}`);
  if (outcomes.some(({ kind }) => kind === 'failed')) {
    printFix(`correct what the lines above name, then run \`${commandFor(folder.root, 'up')}\` again; the others were left running`);
  }
  for (const missing of runtime.supports.missing) console.log(colors.yellow(`note: ${missing}`));

  const works = outcomes.flatMap(({ service, kind }) => (kind === 'ready' || kind === 'unchanged' ? [service] : []));
  const changed = outcomes.filter(({ kind }) => kind === 'ready' || kind === 'removed').length;
  const colour = works.length === stack.services.length ? colors.green : colors.red;
  console.log(
    `\n${colors.bold(stack.name)}: ${colour(`${works.length} of ${stack.services.length} services healthy`)}, ${changed === 0 ? 'nothing' : changed} changed`,
  );

  const signOn = stack.providers['sign-on'];
  if (!signOn || lastGood[signOn.name] !== undefined || !works.includes(signOn.name)) return;
  const { ports, tls, admin } = stack.declaration;
  if (stack.edge.https !== 443 && ports.https === undefined)
    console.log(`ports 80 and 443 are taken on this machine, so addresses carry port ${stack.edge.https}`);
  const lines = [
    ['sign in at', colors.bold(signOn.url)],
    ['as', colors.bold(admin.name)],
    ['password', commandFor(folder.root, 'secrets show admin.password')],
    ...(tls === 'internal' ? [['certificate', commandFor(folder.root, 'trust')]] : []),
    ['all addresses', commandFor(folder.root, 'status')],
  ];
  console.log('');
  for (const [title = '', words = ''] of lines) console.log(`  ${colors.dim(title.padEnd(14))} ${words}`);
}

function reportFailure({ service, cause, words, healthOutput, restoredFrom }: Extract<Outcome, { kind: 'failed' }>): void {
  console.error(`\n${errorColors.red(`${service} failed:`)} ${cause}`);
  if (healthOutput) console.error(`  its healthcheck said: ${healthOutput}`);
  for (const line of words) console.error(errorColors.dim(`  | ${line}`));
  if (restoredFrom !== undefined) console.error(`  its last good definition, of release ${restoredFrom}, was started again`);
}
