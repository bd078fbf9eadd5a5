import type { Contract } from './contract.ts';
import { ldapContract } from './ldap.ts';
import { mariadbContract } from './mariadb.ts';
import { oidcContract } from './oidc.ts';
import { postgresContract } from './postgres.ts';
import { smtpContract } from './smtp.ts';
import { valkeyContract } from './valkey.ts';

/** Every kind of need that another service answers. `secret` and `reach` are answered by the stack itself. */
export const contracts: Readonly<Record<string, Contract>> = {
  ldap: ldapContract,
  mariadb: mariadbContract,
  oidc: oidcContract,
  postgres: postgresContract,
  smtp: smtpContract,
  valkey: valkeyContract,
};

export type { ApplyInput, Contract, GrantRecord, Provider, Step } from './contract.ts';
export type { DatabaseGrant } from './database.ts';
export { administratorPassword, ldap, probeAccounts, suffixOf, tiers } from './ldap.ts';
export type { LdapGrant, ProbeAccount } from './ldap.ts';
export { mariadb } from './mariadb.ts';
export { oidc, publicOidc } from './oidc.ts';
export type { ConfidentialOidcGrant, OidcGrant, OidcRequest } from './oidc.ts';
export { postgres } from './postgres.ts';
export { reach } from './reach.ts';
export type { ReachGrant } from './reach.ts';
export { secret } from './secret.ts';
export { signOnServer } from './sign-on.ts';
export { smtp } from './smtp.ts';
export { valkey } from './valkey.ts';
export type { ValkeyGrant } from './valkey.ts';
