import * as z from 'zod';
import type { GrantRecord } from '../../contracts/index.ts';
import { authorityCertificate, contracts } from '../../contracts/index.ts';
import type { Secret } from '../../service/index.ts';
import { secretFileName } from '../expand.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';
import { secretsOfService } from './secret-used.ts';

export const secretGranted: Rule = {
  id: 'secret-granted',
  why: 'a secret without a need has no value, or is one that belongs to another service',
  from: 'nine services did not start for want of a secret',
  check: ({ services }) => {
    const byName = new Map(services.map((service) => [service.name, service]));
    return services.flatMap((one) => {
      const family = byName.get(one.family) ?? one;
      const granted = grantedTo(family);
      const strange = new Set(
        secretsOfService(one).flatMap((secret) => (granted.has(secret.id) || isCertificate(family, secret) ? [] : [secret.id])),
      );
      return [...strange]
        .toSorted()
        .map((id) =>
          about(one.name, `it uses the secret ${id}, which no need of it grants`, 'ask for it under needs, and use what is granted'),
        );
    });
  },
};

const secretSchema = z.object({ kind: z.literal('secret'), id: z.string() });

function grantedTo({ name, service, override, grants }: ResolvedService): ReadonlySet<string> {
  return new Set([
    ...Object.values(override.env ?? {}).flatMap((value) => (typeof value === 'object' ? [value.id] : [])),
    ...Object.entries(service.needs ?? {}).flatMap(([key, { kind }]) => (kind === 'secret' ? [`${name}.${key}`] : [])),
    ...grants.flatMap((record) => [...record.secrets.map(({ id }) => id), ...ofProvider(record)]),
    ...Object.keys(service.provides ?? {}).flatMap((kind) =>
      (Object.hasOwn(contracts, kind) ? (contracts[kind]?.providerSecrets ?? []) : []).map(({ id }) => id),
    ),
  ]);
}

/** Secrets of the provider itself that it gives to its clients, as one key for all of them. */
function ofProvider({ grant, provider }: GrantRecord): readonly string[] {
  const values: readonly unknown[] = typeof grant === 'object' && grant !== null ? Object.values(grant) : [];
  return values.flatMap((value) => {
    const { success, data } = secretSchema.safeParse(value);
    return success && data.id.startsWith(`${provider}.`) ? [data.id] : [];
  });
}

/** Kinds of needs of those who ask a server, or are one, whose certificate the authority signs. */
const signed: ReadonlySet<string> = new Set(['authority', 'certificate', 'oidc', 'reach', 'smtp']);

/** They are told whose certificates these are; the key they are signed with is given to nobody. */
function isCertificate({ service }: ResolvedService, secret: Secret): boolean {
  return (
    secretFileName(secret) === secretFileName(authorityCertificate) &&
    Object.values(service.needs ?? {}).some(({ kind }) => signed.has(kind))
  );
}
