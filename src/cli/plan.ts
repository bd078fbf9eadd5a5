import { planChanges } from '../deploy/plan.ts';
import { colors } from './colors.ts';
import { printJson, printTable } from './output.ts';
import { withPrepared } from './prepared.ts';

const signs = {
  create: colors.green('+'),
  replace: colors.yellow('~'),
  start: colors.green('>'),
  remove: colors.red('-'),
  drift: colors.magenta('!'),
} as const;

/** Says what `up` would change, and changes no unit. Status 0: nothing; 2: something; 1: there are problems. */
export async function plan(options: { readonly cluster?: string; readonly json?: true }, signal: AbortSignal): Promise<number> {
  return withPrepared('plan', options, async (ready, prepared) => {
    const changes = await planChanges(ready.stack, prepared.release, await ready.runtime.observe(signal));
    if (options.json) printJson({ changes });
    else if (changes.length === 0) console.log('nothing to do: what runs is what is declared');
    else printTable(changes.map(({ kind, service, reason }) => [`${signs[kind]} ${kind}`, colors.bold(service), reason]));
    return changes.length === 0 ? 0 : 2;
  });
}
