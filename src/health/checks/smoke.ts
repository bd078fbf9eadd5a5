import { askPath, statusIn } from '../../render/ask.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { askUnit, lastLine } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { readLog } from '../fixes.ts';

/** Each service does the first thing that a newcomer would ask of it; what is asked leaves nothing behind. */
export const smokeTests: Check = {
  id: 'smoke',
  title: 'Services do what they are for',
  withinMs: 180_000,
  run: (context, signal) =>
    Promise.all(context.stack.services.filter(({ service }) => service.smoke).map((service) => tryOut(context, service, signal))),
};

/** What is run in the unit, and what must come of it. */
interface Trial {
  readonly argv: readonly [string, ...string[]];
  /** Of an HTTP answer; absent where the command's own status counts. */
  readonly status?: number;
  readonly text?: string | undefined;
}

async function tryOut(context: CheckContext, resolved: ResolvedService, signal: AbortSignal): Promise<CheckResult> {
  const { name } = resolved;
  const about = { id: `smoke.${name}`, title: `${name} does what it is for` };
  const trial = trialOf(context.stack, resolved);
  if (!trial) return skip(about, 'it says no port to ask');
  const answer = await askUnit(context, name, trial.argv, {}, signal);
  if (answer.kind === 'silent') return skip(about, answer.why);
  const { status, stdout, stderr } = answer.result;
  const said = `${stdout}\n${stderr}`;
  const end = trial.status === undefined ? status : statusIn(said);
  const wanted = trial.status ?? 0;
  if (end === undefined) return fail(about, `it did not answer: ${lastLine(answer.result) || 'no word'}`, readLog(name));
  if (end !== wanted) return fail(about, `the status was ${end} and not ${wanted}: ${lastLine(answer.result)}`, readLog(name));
  if (trial.text !== undefined && !said.includes(trial.text))
    return fail(about, `"${trial.text}" is not in what it answered`, readLog(name));
  return pass(about, trial.text === undefined ? `status ${end}` : `it answered with "${trial.text}"`);
}

function trialOf({ placement }: ResolvedStack, { name, service }: ResolvedService): Trial | undefined {
  const { smoke, health, route, ports } = service;
  if (!smoke) return undefined;
  if ('command' in smoke) return { argv: smoke.command, text: smoke.expect };
  const portName = smoke.port ?? route?.port ?? ('port' in health ? health.port : '');
  const port = ports[portName];
  if (!port) return undefined;
  const via = smoke.via ?? ('port' in health ? health.via : undefined) ?? 'wget';
  const { port: number } = placement.listen(name, portName, port);
  const { status = 200, text } = smoke.expect;
  return { argv: askPath({ via, port: number, path: smoke.path, shows: true }), status, text };
}
