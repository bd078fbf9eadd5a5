import type { Secret } from '../../service/index.ts';
import { secretFilesIn, secretFilesInContent, secretsIn, secretsInContent } from '../../service/index.ts';
import { groupBy } from '../group-by.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const secretUsed: Rule = {
  id: 'secret-used',
  why: 'a secret that nothing reads is a value to lose for nothing, and often a misspelt variable',
  check: ({ services }) => {
    const families = groupBy(services, ({ family }) => family);
    return services.flatMap((one) => {
      const { name, service, unmet, broken, files } = one;
      const isKnown = unmet.length === 0 && broken === undefined && files.every(({ content }) => content.format !== 'rendered');
      if (!isKnown) return [];
      const used = new Set((families.get(name) ?? []).flatMap(secretsGivenTo).map(({ id }) => id));
      return Object.entries(service.needs ?? {})
        .filter(([key, { kind }]) => kind === 'secret' && !used.has(`${name}.${key}`))
        .map(([key]) =>
          about(name, `it asks for the secret ${key} and uses it nowhere`, `use ${key} in env, command or files, or drop the need`),
        );
    });
  },
};

/** Those of its definition too that stand in variables to which the owner gave other values. */
function secretsGivenTo(one: ResolvedService): readonly Secret[] {
  return secretsOfService({ ...one, env: { ...one.env, ...one.replacedEnv } });
}

/** Every secret that a service's env, command, files and setup mention, in clear or as a file. */
export function secretsOfService({ env, command, argv, files, setup }: ResolvedService): readonly Secret[] {
  return [
    ...[...Object.values(env), ...setup.map(({ input }) => input)].flatMap((value) => [...secretsIn(value), ...secretFilesIn(value)]),
    ...[...(command ?? []), ...(argv ?? [])].flatMap(secretFilesIn),
    ...files.flatMap(({ content }) => [...secretsInContent(content), ...secretFilesInContent(content)]),
  ];
}
