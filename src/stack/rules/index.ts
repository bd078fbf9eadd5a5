import type { Machine } from '../machine.ts';
import { machineFor } from '../machine.ts';
import type { Problem } from '../problem.ts';
import type { ResolvedStack } from '../stack.ts';
import { accessDecided } from './access-decided.ts';
import { alertHasFigures } from './alert-has-figures.ts';
import { aliasUnique } from './alias-unique.ts';
import { authorityTrusted } from './authority-trusted.ts';
import { basicOneFactor } from './basic-one-factor.ts';
import { bypassNarrow } from './bypass-narrow.ts';
import { capabilityBounded } from './capability-bounded.ts';
import { capabilityKnown } from './capability-known.ts';
import { capacityCpu } from './capacity-cpu.ts';
import { capacityDisk } from './capacity-disk.ts';
import { capacityMemory } from './capacity-memory.ts';
import { certificateMounted } from './certificate-mounted.ts';
import { clientAudience } from './client-audience.ts';
import { clientAuthMethod } from './client-auth-method.ts';
import { clientClaims } from './client-claims.ts';
import { clientConsent } from './client-consent.ts';
import { clientGrants } from './client-grants.ts';
import { clientIdUnique } from './client-id-unique.ts';
import { clientIdValid } from './client-id-valid.ts';
import { clientListsUnique } from './client-lists-unique.ts';
import { clientPkce } from './client-pkce.ts';
import { clientProviderExists } from './client-provider-exists.ts';
import { clientRedirectAbsolute } from './client-redirect-absolute.ts';
import { clientRedirectExact } from './client-redirect-exact.ts';
import { clientRedirectPresent } from './client-redirect-present.ts';
import { clientRedirectScheme } from './client-redirect-scheme.ts';
import { clientRefresh } from './client-refresh.ts';
import { clientResponse } from './client-response.ts';
import { clientScopes } from './client-scopes.ts';
import { clientSignOutEffective } from './client-sign-out-effective.ts';
import { commandShowsNoSecret } from './command-shows-no-secret.ts';
import { commandStays } from './command-stays.ts';
import { conflictKnown } from './conflict-known.ts';
import { credentialDefault } from './credential-default.ts';
import { credentialInAddress } from './credential-in-address.ts';
import { credentialInClear } from './credential-in-clear.ts';
import { databaseConnections } from './database-connections.ts';
import { databaseEngineGranted } from './database-engine-granted.ts';
import { debugOff } from './debug-off.ts';
import { definitionWorks } from './definition-works.ts';
import { edgeExists } from './edge-exists.ts';
import { envNameDistinct } from './env-name-distinct.ts';
import { envNameValid } from './env-name-valid.ts';
import { envValueTrimmed } from './env-value-trimmed.ts';
import { envValueValid } from './env-value-valid.ts';
import { exceptionHasReason } from './exception-has-reason.ts';
import { filePathUnique } from './file-path-unique.ts';
import { gpuPresent } from './gpu-present.ts';
import { grantUnique } from './grant-unique.ts';
import { groupNameValid } from './group-name-valid.ts';
import { groupOverrideEffective } from './group-override-effective.ts';
import { healthPathAnswers } from './health-path-answers.ts';
import { healthPortListens } from './health-port-listens.ts';
import { healthSaysSomething } from './health-says-something.ts';
import { healthToolPresent } from './health-tool-present.ts';
import { hostOverrideEffective } from './host-override-effective.ts';
import { hostPathSound } from './host-path-sound.ts';
import { hostUnique } from './host-unique.ts';
import { hostValid } from './host-valid.ts';
import { identityFromEdge } from './identity-from-edge.ts';
import { identityHeaderValid } from './identity-header-valid.ts';
import { imageAvailable } from './image-available.ts';
import { imagePinned } from './image-pinned.ts';
import { imageTagExact } from './image-tag-exact.ts';
import { limitsPresent } from './limits-present.ts';
import { localName } from './local-name.ts';
import { logPatternSafe } from './log-pattern-safe.ts';
import { loopbackAddress } from './loopback-address.ts';
import { mailRelayEffective } from './mail-relay-effective.ts';
import { metricsGuarded } from './metrics-guarded.ts';
import { metricsTokenGranted } from './metrics-token-granted.ts';
import { mountPathFree } from './mount-path-free.ts';
import { nameServerAddress } from './name-server-address.ts';
import { nameValid } from './name-valid.ts';
import { needKnown } from './need-known.ts';
import { networkDerived } from './network-derived.ts';
import { noCycle } from './no-cycle.ts';
import { ownAddressSecure } from './own-address-secure.ts';
import { paymentAccountKnown } from './payment-account-known.ts';
import { paymentAllowanceUnique } from './payment-allowance-unique.ts';
import { paymentChainKnown } from './payment-chain-known.ts';
import { paymentChainUnique } from './payment-chain-unique.ts';
import { paymentGroupKnown } from './payment-group-known.ts';
import { paymentPolicyEffective } from './payment-policy-effective.ts';
import { paymentPolicyUnique } from './payment-policy-unique.ts';
import { paymentProviderExists } from './payment-provider-exists.ts';
import { paymentRpcKeyHidden } from './payment-rpc-key-hidden.ts';
import { paymentRpcReachable } from './payment-rpc-reachable.ts';
import { paymentTokenKnown } from './payment-token-known.ts';
import { paymentTokenUnique } from './payment-token-unique.ts';
import { placeholderLeft } from './placeholder-left.ts';
import { portNumberUnique } from './port-number-unique.ts';
import { portOverrideEffective } from './port-override-effective.ts';
import { promqlParses } from './promql-parses.ts';
import { providerExists } from './provider-exists.ts';
import { providerSingle } from './provider-single.ts';
import { proxyTrustPresent } from './proxy-trust-present.ts';
import { publicHostKnown } from './public-host-known.ts';
import { publishReserved } from './publish-reserved.ts';
import { publishUnique } from './publish-unique.ts';
import { redirectOwnHost } from './redirect-own-host.ts';
import { rolesWithinAccess } from './roles-within-access.ts';
import { rootHasReason } from './root-has-reason.ts';
import { secondFactorEffective } from './second-factor-effective.ts';
import { secretFilePath } from './secret-file-path.ts';
import { secretGranted } from './secret-granted.ts';
import { secretUsed } from './secret-used.ts';
import { serviceConflict } from './service-conflict.ts';
import { setupShowsNoSecret } from './setup-shows-no-secret.ts';
import { shmEnough } from './shm-enough.ts';
import { signInKept } from './sign-in-kept.ts';
import { signOnExists } from './sign-on-exists.ts';
import { signOnHost } from './sign-on-host.ts';
import { smokeExpectsSuccess } from './smoke-expects-success.ts';
import { tlsVerified } from './tls-verified.ts';
import { tmpfsOutsideData } from './tmpfs-outside-data.ts';
import { unitPortListens } from './unit-port-listens.ts';
import { unitReachable } from './unit-reachable.ts';
import { variableExpanded } from './variable-expanded.ts';
import { volumeBackupDecided } from './volume-backup-decided.ts';
import { volumeMounted } from './volume-mounted.ts';
import { volumePathUnique } from './volume-path-unique.ts';
import { volumeSingleOwner } from './volume-single-owner.ts';
import { volumeSingleWriter } from './volume-single-writer.ts';
import { wellKnownUnique } from './well-known-unique.ts';
import { workerCommandPresent } from './worker-command-present.ts';
import { workerNameFree } from './worker-name-free.ts';
import { workerOverrideEffective } from './worker-override-effective.ts';
import { workerRouteEffective } from './worker-route-effective.ts';
import type { Found, Rule, RuleContext } from './rule.ts';

/** Every rule, sorted by its id. */
export const rules: readonly Rule[] = [
  accessDecided,
  alertHasFigures,
  aliasUnique,
  authorityTrusted,
  basicOneFactor,
  bypassNarrow,
  capabilityBounded,
  capabilityKnown,
  capacityCpu,
  capacityDisk,
  capacityMemory,
  certificateMounted,
  clientAudience,
  clientAuthMethod,
  clientClaims,
  clientConsent,
  clientGrants,
  clientIdUnique,
  clientIdValid,
  clientListsUnique,
  clientPkce,
  clientProviderExists,
  clientRedirectAbsolute,
  clientRedirectExact,
  clientRedirectPresent,
  clientRedirectScheme,
  clientRefresh,
  clientResponse,
  clientScopes,
  clientSignOutEffective,
  commandShowsNoSecret,
  commandStays,
  conflictKnown,
  credentialDefault,
  credentialInAddress,
  credentialInClear,
  databaseConnections,
  databaseEngineGranted,
  debugOff,
  definitionWorks,
  edgeExists,
  envNameDistinct,
  envNameValid,
  envValueTrimmed,
  envValueValid,
  exceptionHasReason,
  filePathUnique,
  gpuPresent,
  grantUnique,
  groupNameValid,
  groupOverrideEffective,
  healthPathAnswers,
  healthPortListens,
  healthSaysSomething,
  healthToolPresent,
  hostOverrideEffective,
  hostPathSound,
  hostUnique,
  hostValid,
  identityFromEdge,
  identityHeaderValid,
  imageAvailable,
  imagePinned,
  imageTagExact,
  limitsPresent,
  localName,
  logPatternSafe,
  loopbackAddress,
  mailRelayEffective,
  metricsGuarded,
  metricsTokenGranted,
  mountPathFree,
  nameServerAddress,
  nameValid,
  needKnown,
  networkDerived,
  noCycle,
  ownAddressSecure,
  paymentAccountKnown,
  paymentAllowanceUnique,
  paymentChainKnown,
  paymentChainUnique,
  paymentGroupKnown,
  paymentPolicyEffective,
  paymentPolicyUnique,
  paymentProviderExists,
  paymentRpcKeyHidden,
  paymentRpcReachable,
  paymentTokenKnown,
  paymentTokenUnique,
  placeholderLeft,
  portNumberUnique,
  portOverrideEffective,
  promqlParses,
  providerExists,
  providerSingle,
  proxyTrustPresent,
  publicHostKnown,
  publishReserved,
  publishUnique,
  redirectOwnHost,
  rolesWithinAccess,
  rootHasReason,
  secondFactorEffective,
  secretFilePath,
  secretGranted,
  secretUsed,
  serviceConflict,
  setupShowsNoSecret,
  shmEnough,
  signInKept,
  signOnExists,
  signOnHost,
  smokeExpectsSuccess,
  tlsVerified,
  tmpfsOutsideData,
  unitPortListens,
  unitReachable,
  variableExpanded,
  volumeBackupDecided,
  volumeMounted,
  volumePathUnique,
  volumeSingleOwner,
  volumeSingleWriter,
  wellKnownUnique,
  workerCommandPresent,
  workerNameFree,
  workerOverrideEffective,
  workerRouteEffective,
];

/**
 * Everything that keeps this stack from running, all at once: by rule, and within a rule by service. `found` is the machine at hand, as
 * far as it is known.
 */
export function checkStack(stack: ResolvedStack, catalog: RuleContext['catalog'], found: Machine = {}): readonly Problem[] {
  const families = new Map(stack.services.map(({ name, family }) => [name, family]));
  const context: RuleContext = { catalog, machine: machineFor(stack.declaration, found) };
  const isWhole = Object.keys(stack.declaration.services).every((name) => Object.hasOwn(catalog, name));
  const asked = rules.filter(({ findsAbsence }) => isWhole || !findsAbsence);
  return asked.flatMap(({ id, check }) => withoutEchoes(check(stack, context), families).map((problem) => ({ rule: id, ...problem })));
}

/** What a worker has from its service is reported at the service alone. */
function withoutEchoes(found: readonly Found[], families: ReadonlyMap<string, string>): readonly Found[] {
  const said = new Set(found.map(({ where, message }) => `${where}: ${message}`));
  return found.filter(({ where, message }) => {
    const family = families.get(where) ?? where;
    return family === where || !said.has(`${family}: ${message}`);
  });
}
