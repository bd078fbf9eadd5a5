import { callsOf, isProgram } from './calls.ts';
import { literalsIn, literalsOf } from './literals.ts';
import { placeholderIn, whatCallsFillIn, whatShellsFillIn, whatTemplatesFillIn } from './placeholders.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const fix = 'write the value itself, or what a need grants';

export const placeholderLeft: Rule = {
  id: 'placeholder-left',
  why: 'the service would take the placeholder for the value, or an empty one',
  from: '24 placeholders were left in rendered files',
  check: ({ services }) =>
    services.flatMap((one) => {
      const { name, service, env, files } = one;
      return [
        ...Object.entries(env).flatMap(([variable, value]) => {
          const found = placeholderIn(literalsOf(value));
          return found === undefined ? [] : [about(name, left(`its variable ${variable}`, found), fix, 'env', variable)];
        }),
        ...files.flatMap(({ name: file, content }) => {
          const isFilledIn = service.files?.[file]?.templates !== undefined;
          const found = placeholderIn(literalsIn(content), isFilledIn ? whatTemplatesFillIn : []);
          return found === undefined ? [] : [about(name, left(`its file ${file}`, found), fix)];
        }),
        ...callsOf(one).flatMap(({ what, words, byShell, input }) => {
          const isFilledIn = (word: string): boolean => byShell || isProgram(word);
          const found =
            placeholderIn(words.filter(isFilledIn), [...whatCallsFillIn, ...whatShellsFillIn]) ??
            placeholderIn([...words.filter((word) => !isFilledIn(word)), ...input], whatCallsFillIn);
          return found === undefined ? [] : [about(name, left(what, found), fix)];
        }),
      ];
    }),
};

function left(what: string, placeholder: string): string {
  return `${what} still holds the placeholder ${placeholder}`;
}
