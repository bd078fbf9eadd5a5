import type { Problem } from '../problem.ts';
import type { ResolvedStack } from '../stack.ts';
import { accessDecided } from './access-decided.ts';
import { basicOneFactor } from './basic-one-factor.ts';
import { bypassNarrow } from './bypass-narrow.ts';
import { capabilityKnown } from './capability-known.ts';
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
import { definitionWorks } from './definition-works.ts';
import { edgeExists } from './edge-exists.ts';
import { envNameValid } from './env-name-valid.ts';
import { envValueValid } from './env-value-valid.ts';
import { filePathUnique } from './file-path-unique.ts';
import { grantUnique } from './grant-unique.ts';
import { groupNameValid } from './group-name-valid.ts';
import { groupOverrideEffective } from './group-override-effective.ts';
import { healthPortListens } from './health-port-listens.ts';
import { hostOverrideEffective } from './host-override-effective.ts';
import { hostUnique } from './host-unique.ts';
import { hostValid } from './host-valid.ts';
import { identityHeaderValid } from './identity-header-valid.ts';
import { imageAvailable } from './image-available.ts';
import { imagePinned } from './image-pinned.ts';
import { limitsPresent } from './limits-present.ts';
import { logPatternSafe } from './log-pattern-safe.ts';
import { loopbackAddress } from './loopback-address.ts';
import { mailRelayEffective } from './mail-relay-effective.ts';
import { nameValid } from './name-valid.ts';
import { needKnown } from './need-known.ts';
import { networkDerived } from './network-derived.ts';
import { noCycle } from './no-cycle.ts';
import { placeholderLeft } from './placeholder-left.ts';
import { providerExists } from './provider-exists.ts';
import { providerSingle } from './provider-single.ts';
import { publishUnique } from './publish-unique.ts';
import { rolesWithinAccess } from './roles-within-access.ts';
import { rootHasReason } from './root-has-reason.ts';
import { secondFactorEffective } from './second-factor-effective.ts';
import { secretGranted } from './secret-granted.ts';
import { secretUsed } from './secret-used.ts';
import { signOnExists } from './sign-on-exists.ts';
import { signOnHost } from './sign-on-host.ts';
import { volumeBackupDecided } from './volume-backup-decided.ts';
import { volumePathUnique } from './volume-path-unique.ts';
import { workerCommandPresent } from './worker-command-present.ts';
import { workerNameFree } from './worker-name-free.ts';
import { workerRouteEffective } from './worker-route-effective.ts';
import type { Found, Rule, RuleContext } from './rule.ts';

/** Every rule, sorted by its id. */
export const rules: readonly Rule[] = [
  accessDecided,
  basicOneFactor,
  bypassNarrow,
  capabilityKnown,
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
  definitionWorks,
  edgeExists,
  envNameValid,
  envValueValid,
  filePathUnique,
  grantUnique,
  groupNameValid,
  groupOverrideEffective,
  healthPortListens,
  hostOverrideEffective,
  hostUnique,
  hostValid,
  identityHeaderValid,
  imageAvailable,
  imagePinned,
  limitsPresent,
  logPatternSafe,
  loopbackAddress,
  mailRelayEffective,
  nameValid,
  needKnown,
  networkDerived,
  noCycle,
  placeholderLeft,
  providerExists,
  providerSingle,
  publishUnique,
  rolesWithinAccess,
  rootHasReason,
  secondFactorEffective,
  secretGranted,
  secretUsed,
  signOnExists,
  signOnHost,
  volumeBackupDecided,
  volumePathUnique,
  workerCommandPresent,
  workerNameFree,
  workerRouteEffective,
];

/** Everything that keeps this stack from running, all at once: by rule, and within a rule by service. */
export function checkStack(stack: ResolvedStack, catalog: RuleContext['catalog']): readonly Problem[] {
  const families = new Map(stack.services.map(({ name, family }) => [name, family]));
  return rules.flatMap(({ id, check }) => withoutEchoes(check(stack, { catalog }), families).map((found) => ({ rule: id, ...found })));
}

/** What a worker has from its service is reported at the service alone. */
function withoutEchoes(found: readonly Found[], families: ReadonlyMap<string, string>): readonly Found[] {
  const said = new Set(found.map(({ where, message }) => `${where}: ${message}`));
  return found.filter(({ where, message }) => {
    const family = families.get(where) ?? where;
    return family === where || !said.has(`${family}: ${message}`);
  });
}
