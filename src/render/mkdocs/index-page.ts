import { inUnits } from '../../stack/memory.ts';
import { withoutWorkers } from '../../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { byCategory } from '../categories.ts';
import { isForEverybody, whoMayEnter } from './access-words.ts';
import type { Markdown } from './markdown.ts';
import { code, section, words } from './markdown.ts';

/** What there is, where, and how to get in. */
export function indexPage(stack: ResolvedStack): Markdown {
  const services = withoutWorkers(stack);
  const open = services.filter(({ host }) => host !== undefined);
  const memory = stack.services.reduce((sum, { limits }) => sum + limits.memoryBytes, 0);
  return [
    `# ${words(stack.domain)}`,
    '',
    `${services.length} services in ${stack.services.length} units, ${open.length} of them with an address;`,
    `together they may take ${inUnits(memory)} of memory.`,
    'These pages are rendered from `cluster.yaml`: change that file and run `datamancy up`.',
    '',
    ...signingIn(stack),
    ...section('For everybody', cards(inOrder(open.filter(isForEverybody)).map(card))),
    ...section('For some', cards(inOrder(open.filter((one) => !isForEverybody(one))).map(card))),
    ...section('Behind them', cards(inOrder(services.filter(({ host }) => host === undefined)).map(card))),
  ];
}

function signingIn({ services, providers, declaration }: ResolvedStack): Markdown {
  const signOn = services.find(({ name }) => name === providers['sign-on']?.name);
  if (!signOn) return [];
  return [
    `!!! tip "Sign in once, at ${words(signOn.host ?? '')}"`,
    '',
    `    <${signOn.url}> knows you at every app below. The first person is ${code(declaration.admin.name)}, whose first password`,
    '    `datamancy secrets show admin.password` prints; others are [added by one command](people.md).',
    '',
  ];
}

function card({ title: category, one }: { readonly title: string; readonly one: ResolvedService }): readonly string[] {
  const { name, service, url } = one;
  const page = `services/${name}.md`;
  const below = url === '' ? [category] : [category, ...(isForEverybody(one) ? [] : [whoMayEnter(one)]), `[about](${page})`];
  return [`**[${words(service.title)}](${url === '' ? page : `${url}/`})**`, words(service.summary), below.join(' · ')];
}

/** What people came for first. */
function inOrder(services: readonly ResolvedService[]): readonly { readonly title: string; readonly one: ResolvedService }[] {
  return byCategory(services).flatMap(({ title, services: own }) => own.map((one) => ({ title, one })));
}

/** Material's grid: https://squidfunk.github.io/mkdocs-material/reference/grids/ */
function cards(all: readonly (readonly string[])[]): Markdown {
  if (all.length === 0) return [];
  return [
    '<div class="grid cards" markdown>',
    '',
    ...all.flatMap(([first = '', ...others]) => [`-   ${first}`, '', ...others.flatMap((line) => [`    ${line}`, ''])]),
    '</div>',
    '',
  ];
}
