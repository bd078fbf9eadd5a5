import { credentialIn } from './credentials.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const setupShowsNoSecret: Rule = {
  id: 'setup-shows-no-secret',
  why: 'every user of the machine can read a process list, and what a step says is kept in the log',
  check: ({ services }) =>
    services.flatMap(({ name, setup }) =>
      setup.flatMap(({ title, argv }) => {
        const words: readonly unknown[] = argv;
        const word = credentialIn(words.map((each) => (typeof each === 'string' ? each : '')));
        const shown = words.some((each) => typeof each !== 'string') ? 'a secret' : word;
        return shown === undefined
          ? []
          : [about(name, `its setup step “${title}” shows ${shown} in clear`, 'give it as input, which is read from standard input')];
      }),
    ),
};
