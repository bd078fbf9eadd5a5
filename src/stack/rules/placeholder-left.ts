import { literalsIn, literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** One name in braces. An expression such as `{{ user.name }}` is for the program that reads the file to fill in. */
const placeholders = [
  /\{\{ *\w+ *\}\}/,
  /\$\{[^{}]*\}/,
  /\bCHANGE[-_]?ME\b/i,
  /<(?:your|my|the|insert|change|enter|replace|put)\b[^<>]*>/i,
  /<[A-Z][A-Z0-9_]{2,}>/,
];

export const placeholderLeft: Rule = {
  id: 'placeholder-left',
  why: 'the service would take the placeholder for the value, or an empty one',
  from: '24 placeholders were left in rendered files',
  check: ({ services }) =>
    services.flatMap(({ name, env, files }) => [
      ...Object.entries(env).flatMap(([variable, value]) => {
        const found = placeholderIn(literalsOf(value));
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
        const found = placeholderIn(literalsIn(content));
        return found === undefined
          ? []
          : [about(name, `its file ${file} still holds the placeholder ${found}`, 'write the value itself, or what a need grants')];
      }),
    ]),
};

function placeholderIn(literals: readonly string[]): string | undefined {
  for (const literal of literals) {
    for (const pattern of placeholders) {
      const found = pattern.exec(literal)?.[0];
      if (found !== undefined) return found.length > 40 ? `${found.slice(0, 39)}…` : found;
    }
  }
  return undefined;
}
