import { DatamancyError } from '../kit/errors.ts';
import type { MissingProvider } from '../stack/missing-providers.ts';
import { missingProviders } from '../stack/missing-providers.ts';
import { listWords } from '../stack/nearest.ts';
import type { ChangeOptions } from './change-services.ts';
import { changeServices, requireKnown } from './change-services.ts';
import { colors } from './colors.ts';
import { commandFor } from './command.ts';
import { editServices } from './edit-services.ts';
import { printJson } from './output.ts';

/** Chooses services in cluster.yaml, and the providers that they need and that nobody chose. Status 1 where it would bring a problem. */
export async function add(options: ChangeOptions, given: readonly string[]): Promise<number> {
  const names = [...new Set(given)];
  let providers: readonly MissingProvider[] = [];
  let replaced: readonly string[] = [];
  const after = await changeServices('add', options, async ({ text, declaration, services }) => {
    requireKnown(names, Object.keys(services), 'there is no service called', 'see what there is with: datamancy catalog');
    const chosen = Object.keys(declaration.services);
    const already = names.filter((name) => chosen.includes(name));
    if (already.length > 0) {
      throw new DatamancyError('E_SERVICE_CHOSEN', `${listWords(already)} ${already.length === 1 ? 'is' : 'are'} chosen already`, {
        fix: 'leave out what is there, or bring the cluster up with: datamancy up',
      });
    }
    providers = missingProviders({ added: names, chosen, outside: declaration.mail ? ['smtp'] : [] }, services);
    replaced = chosen;
    if (!options.json) for (const { name, kind, neededBy } of providers) console.log(`${neededBy} needs ${kind}: ${name} comes with it`);
    return editServices(text, { add: [...names, ...providers.map(({ name }) => name)] });
  });
  if (!after) return 1;
  replaced = replaced.filter((name) => !Object.hasOwn(after.declaration?.services ?? {}, name));
  if (options.json) printJson({ added: names, providers, replaced, problems: after.problems });
  else {
    for (const name of replaced) console.log(colors.yellow(`${name} is no longer chosen: it would stand beside its alternative`));
    const all = [...names, ...providers.map(({ name }) => name)];
    console.log(
      `added ${listWords(all, 'and', all.length)}; start ${all.length === 1 ? 'it' : 'them'} with: ${commandFor(after.folder.root, 'up')}`,
    );
  }
  return 0;
}
