import { wordsOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const done = /^(?:exit \d+|true|:|(?:echo|printf)\b.*|.*\b(?:migrate|db:prepare|upgrade head|createsuperuser))$/;

export const commandStays: Rule = {
  id: 'command-stays',
  why: 'a unit that has done its work and ends is started again and again, and who depends on it waits for ever',
  check: ({ services }) =>
    services.flatMap(({ name, command }) =>
      endsByItself(wordsOf(command))
        ? [
            about(
              name,
              'its command ends when its work is done',
              'make it a step of setup, or run it before the program: `migrate && exec serve`',
            ),
          ]
        : [],
    ),
};

function endsByItself(words: readonly string[]): boolean {
  const [program = '', ...rest] = words;
  if (program === 'sleep') return rest[0] !== 'infinity';
  if (/^(?:\/bin\/)?(?:ba|da)?sh$/.test(program) && /^-\w*c$/.test(rest[0] ?? '')) {
    const last =
      (rest[1] ?? '')
        .split(/&&|;|\n/)
        .map((part) => part.trim())
        .findLast((part) => part !== '') ?? '';
    return done.test(last);
  }
  return words.length > 0 && done.test(words.join(' '));
}
