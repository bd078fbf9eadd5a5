import { contracts } from '../../contracts/index.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';
import { secretsOfService } from './secret-used.ts';

export const secretGranted: Rule = {
  id: 'secret-granted',
  why: 'a secret without a need has no value, or is one that belongs to another service',
  check: ({ services }) =>
    services.flatMap((one) => {
      const granted = grantedTo(one);
      const strange = new Set(secretsOfService(one).flatMap(({ id }) => (granted.has(id) ? [] : [id])));
      return [...strange]
        .toSorted()
        .map((id) =>
          about(one.name, `it uses the secret ${id}, which no need of it grants`, 'ask for it under needs, and use what is granted'),
        );
    }),
};

function grantedTo({ name, service, grants }: ResolvedService): ReadonlySet<string> {
  return new Set([
    ...Object.entries(service.needs ?? {}).flatMap(([key, { kind }]) => (kind === 'secret' ? [`${name}.${key}`] : [])),
    ...grants.flatMap(({ secrets }) => secrets.map(({ id }) => id)),
    ...Object.keys(service.provides ?? {}).flatMap((kind) =>
      (Object.hasOwn(contracts, kind) ? (contracts[kind]?.providerSecrets ?? []) : []).map(({ id }) => id),
    ),
  ]);
}
