import { literalsIn, literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const inBraces = /\{\{[^{}]*\}\}/;
const others = [/\$\{[^{}]*\}/, /\bCHANGE[-_]?ME\b/i, /<(?:your|my|the|insert|change|enter|replace|put)\b[^<>]*>/i, /<[A-Z][A-Z0-9_]{2,}>/];

export const placeholderLeft: Rule = {
  id: 'placeholder-left',
  why: 'the service would take the placeholder for the value, or an empty one',
  from: '24 placeholders were left in rendered files',
  check: ({ services }) =>
    services.flatMap(({ name, service, env, files }) => [
      ...Object.entries(env).flatMap(([variable, value]) => {
        const found = placeholderIn(literalsOf(value), [inBraces, ...others]);
        return found === undefined
          ? []
          : [
              about(
                name,
                `its variable ${variable} still holds the placeholder ${found}`,
                'write the value itself, or what a need grants',
                'env',
                variable,
              ),
            ];
      }),
      ...files.flatMap(({ name: file, content }) => {
        const isFilledIn = service.files?.[file]?.templates !== undefined;
        const found = placeholderIn(literalsIn(content), isFilledIn ? others : [inBraces, ...others]);
        return found === undefined
          ? []
          : [about(name, `its file ${file} still holds the placeholder ${found}`, 'write the value itself, or what a need grants')];
      }),
    ]),
};

function placeholderIn(literals: readonly string[], placeholders: readonly RegExp[]): string | undefined {
  for (const literal of literals) {
    for (const pattern of placeholders) {
      const found = pattern.exec(literal)?.[0];
      if (found !== undefined) return found.length > 40 ? `${found.slice(0, 39)}…` : found;
    }
  }
  return undefined;
}
