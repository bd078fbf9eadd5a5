import type { ResolvedStack } from '../stack/stack.ts';
import { admission } from './caddy-bouncer.ts';
import { block, noSuchHost } from './caddy-block.ts';

/** The domain itself, where services answer below `/.well-known/` for programs that know no more than its name. */
export function wellKnownSite(stack: ResolvedStack): readonly string[] {
  const answers = stack.services
    .flatMap(({ wellKnown = {} }) => Object.entries(wellKnown))
    .map(([path, answer]) => ({ path: `/.well-known/${path}`, text: JSON.stringify(answer) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (answers.length === 0) return [];
  const directives = [
    ...admission(stack),
    `@known path ${answers.map(({ path }) => path).join(' ')}`,
    block('header @known', ['Access-Control-Allow-Origin *', 'Content-Type application/json']),
    ...answers.map(({ path, text }) => `respond ${path} ${literal(text)}`),
    noSuchHost,
  ];
  return [block(`https://${stack.domain}`, ['import site', block('route', directives)])];
}

/** Between backquotes nothing ends a word, and no brace begins a placeholder of Caddy's: neither in a text nor of the JSON itself. */
function literal(json: string): string {
  const inert = json.replaceAll('`', String.raw`\u0060`).replaceAll(/\{(?!["}])/g, String.raw`\u007b`);
  return `\`${inert.replaceAll('{', String.raw`\{`)}\``;
}
