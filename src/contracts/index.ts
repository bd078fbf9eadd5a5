import { audioContract } from './audio.ts';
import { authorityContract } from './authority.ts';
import { certificateContract } from './certificate.ts';
import { bouncerContract } from './bouncer.ts';
import { clickhouseContract } from './clickhouse.ts';
import type { Contract } from './contract.ts';
import { documentsContract } from './documents.ts';
import { engineContract, engineControlContract } from './engine.ts';
import { evmChainsContract, evmPoliciesContract } from './evm-config.ts';
import { evmContract } from './evm.ts';
import { ldapContract } from './ldap.ts';
import { llmContract } from './llm.ts';
import { mariadbContract } from './mariadb.ts';
import { memcachedContract } from './memcached.ts';
import { mongodbContract } from './mongodb.ts';
import { oidcContract } from './oidc.ts';
import { postgresContract } from './postgres.ts';
import { qdrantContract } from './qdrant.ts';
import { relayContract } from './relay.ts';
import { smtpContract } from './smtp.ts';
import { valkeyContract } from './valkey.ts';

/** Every kind of need that another service answers. `secret` and `reach` are answered by the stack itself. */
export const contracts: Readonly<Record<string, Contract>> = {
  audio: audioContract,
  authority: authorityContract,
  certificate: certificateContract,
  bouncer: bouncerContract,
  clickhouse: clickhouseContract,
  documents: documentsContract,
  engine: engineContract,
  'engine-control': engineControlContract,
  evm: evmContract,
  'evm-chains': evmChainsContract,
  'evm-policies': evmPoliciesContract,
  ldap: ldapContract,
  llm: llmContract,
  mariadb: mariadbContract,
  memcached: memcachedContract,
  mongodb: mongodbContract,
  oidc: oidcContract,
  postgres: postgresContract,
  qdrant: qdrantContract,
  relay: relayContract,
  smtp: smtpContract,
  valkey: valkeyContract,
};

export { audio } from './audio.ts';
export type { AudioGrant } from './audio.ts';
export { authority, authorityCertificate, authorityRequest, clusterAuthority } from './authority.ts';
export { certificate } from './certificate.ts';
export type { CertificateGrant } from './certificate.ts';
export { bouncer } from './bouncer.ts';
export type { BouncerGrant } from './bouncer.ts';
export { clickhouse } from './clickhouse.ts';
export type { ApplyInput, Contract, GrantRecord, Provider, Step } from './contract.ts';
export type { DatabaseGrant, DatabaseRequest } from './database.ts';
export { connectionsWithin, mariadbArguments, memoryForConnections, postgresArguments, usualConnections } from './database-sizes.ts';
export { documents } from './documents.ts';
export type { DocumentsGrant } from './documents.ts';
export { engine, engineControl } from './engine.ts';
export { evm } from './evm.ts';
export type { EvmGrant } from './evm.ts';
export { looksLikeAddress } from './evm-address.ts';
export { evmChains, evmPolicies } from './evm-config.ts';
export { paymentsSchema } from './evm-payments.ts';
export type { Payments } from './evm-payments.ts';
export { ldap } from './ldap.ts';
export type { LdapGrant, LdapRequest } from './ldap.ts';
export { overSocket } from './ldap-socket.ts';
export { administratorPassword } from './ldap-steps.ts';
export { lockedForGood, passwordPolicy, suffixOf, tiers, treeOf } from './ldap-tree.ts';
export { llm } from './llm.ts';
export type { LlmGrant } from './llm.ts';
export { mariadb } from './mariadb.ts';
export type { MariadbGrant } from './mariadb.ts';
export { memcached } from './memcached.ts';
export type { MemcachedGrant } from './memcached.ts';
export { mongodb } from './mongodb.ts';
export { oidc, publicOidc } from './oidc.ts';
export type { ConfidentialOidcGrant, OidcGrant, OidcRequest } from './oidc.ts';
export { postgres } from './postgres.ts';
export { isProbeIn, isProbeName, probeAccounts } from './probe-accounts.ts';
export type { ProbeAccount, ProbeRole } from './probe-accounts.ts';
export { qdrant } from './qdrant.ts';
export type { QdrantGrant } from './qdrant.ts';
export { reach, reachedBy } from './reach.ts';
export type { ReachGrant } from './reach.ts';
export { relay, relayAuthority, relayLogin, relayLogs, throughRelay } from './relay.ts';
export type { RelayGrant } from './relay.ts';
export { secret } from './secret.ts';
export { sessionCookie, signOnNeeds, signOnSecretFiles, signOnServer } from './sign-on.ts';
export { smtp } from './smtp.ts';
export type { SmtpGrant } from './smtp.ts';
export { valkey } from './valkey.ts';
export type { ValkeyGrant } from './valkey.ts';
