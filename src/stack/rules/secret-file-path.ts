import type { Value } from '../../service/index.ts';
import { secretsIn } from '../../service/index.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const secretFilePath: Rule = {
  id: 'secret-file-path',
  why: 'the service takes the secret for a path and finds no file, or takes the path for the secret',
  check: ({ services }) =>
    services.flatMap(({ name, env, override }) =>
      Object.entries(env).flatMap(([variable, value]) => {
        const why = mistaken(variable, value);
        return why === undefined
          ? []
          : [
              about(
                name,
                `its variable ${variable} ${why}`,
                Object.hasOwn(override.env ?? {}, variable)
                  ? 'leave it out of cluster.yaml, or write the path of a file that the unit has'
                  : 'use file(secret) where a path is read, and secret where a value is',
                'env',
                variable,
              ),
            ];
      }),
    ),
};

const secretFile = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|KEY)_{1,2}FILE$/;
/** A name with a file's ending is a path from where the service works. */
const isPathOrEmpty = /^$|[/$]|\.(?:key|pem|txt|crt|json)$/;

function mistaken(variable: string, value: Value): string | undefined {
  if (variable.endsWith('_FILE') && secretsIn(value).length > 0) return 'holds a secret where a path is read';
  if (secretFile.test(variable) && typeof value === 'string' && !isPathOrEmpty.test(value)) return 'names a file, and holds no path of one';
  const isPath = typeof value === 'object' && value.kind === 'secret-file';
  return isPath && /(?:PASSWORD|SECRET|TOKEN|API_KEY)$/.test(variable) ? 'holds a path where a secret is read' : undefined;
}
