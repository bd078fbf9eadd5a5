import type { Value } from '../../service/index.ts';
import { secretsIn } from '../../service/index.ts';
import { credentialIn } from './credentials.ts';
import { wordsOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const commandShowsNoSecret: Rule = {
  id: 'command-shows-no-secret',
  why: 'every user of the machine can read a process list',
  check: ({ services }) =>
    services.flatMap(({ name, command, argv }) => {
      const lines: readonly (readonly Value[] | undefined)[] = [command, argv];
      return lines.flatMap((line) => {
        const [secret] = (line ?? []).flatMap(secretsIn);
        const word = credentialIn(wordsOf(line));
        const shown = secret === undefined ? word : `the secret ${secret.id}`;
        return shown === undefined
          ? []
          : [
              about(
                name,
                `its command shows ${shown} in clear`,
                'give it as a file or a variable: file(…) stands for the path of a secret',
              ),
            ];
      });
    }),
};
