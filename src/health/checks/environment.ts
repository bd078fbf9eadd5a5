import { placed } from '../../render/unit-files.ts';
import type { Value } from '../../service/index.ts';
import { printValue } from '../../service/index.ts';
import type { ResolvedService } from '../../stack/stack.ts';
import { askUnit, lastLine } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { recreate } from '../fixes.ts';

/** Each unit really has every variable that is declared for it, with the declared value. Names are shown, values never. */
export const environmentComplete: Check = {
  id: 'environment',
  title: 'Environment is complete',
  run: (context, signal) => Promise.all(context.stack.services.map((service) => environmentOf(context, service, signal))),
};

async function environmentOf(context: CheckContext, { name, env }: ResolvedService, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: `environment.${name}`, title: `${name} has its whole environment` };
  const declared = Object.entries(env);
  if (declared.length === 0) return pass(about, 'none is declared');
  const answer = await askUnit(context, name, ['cat', '/proc/self/environ'], {}, signal);
  if (answer.kind === 'silent') return skip(about, answer.why);
  const { result } = answer;
  if (result.status !== 0) return fail(about, `it could not be read: ${lastLine(result)}`, recreate(context.stack, name));
  const wrong = differences(declared, parseEnvironment(result.stdout), context);
  if (wrong.length === 0) return pass(about, `${declared.length} of ${declared.length} as declared`);
  return fail(about, wrong.join(', '), recreate(context.stack, name));
}

function differences(
  declared: readonly (readonly [string, Value])[],
  found: ReadonlyMap<string, string>,
  { stack, secret }: CheckContext,
): readonly string[] {
  const reveal = placed(stack, { secret });
  return declared.flatMap(([variable, value]) => {
    const actual = found.get(variable);
    if (actual === undefined) return [`${variable} is missing`];
    const wanted = printValue(value, reveal);
    if (wanted === '') return actual === '' ? [] : [`${variable} is not empty, as it is declared`];
    return actual === wanted ? [] : [`${variable} is ${actual === '' ? 'empty' : 'not what is declared'}`];
  });
}

/** Variables as the kernel gives them, each ended by a zero byte: https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html */
function parseEnvironment(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\0').flatMap((pair): readonly (readonly [string, string])[] => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [];
  });
  return new Map(pairs);
}
