import type { Problem } from '../problem.ts';
import type { ResolvedStack } from '../stack.ts';
import { accessDecided } from './access-decided.ts';
import { capabilityKnown } from './capability-known.ts';
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
import { imageAvailable } from './image-available.ts';
import { imagePinned } from './image-pinned.ts';
import { limitsPresent } from './limits-present.ts';
import { loopbackAddress } from './loopback-address.ts';
import { nameValid } from './name-valid.ts';
import { needKnown } from './need-known.ts';
import { networkDerived } from './network-derived.ts';
import { noCycle } from './no-cycle.ts';
import { placeholderLeft } from './placeholder-left.ts';
import { providerExists } from './provider-exists.ts';
import { providerSingle } from './provider-single.ts';
import { publishUnique } from './publish-unique.ts';
import { rootHasReason } from './root-has-reason.ts';
import { secretGranted } from './secret-granted.ts';
import { secretUsed } from './secret-used.ts';
import { signOnExists } from './sign-on-exists.ts';
import { signOnHost } from './sign-on-host.ts';
import { volumeBackupDecided } from './volume-backup-decided.ts';
import { volumePathUnique } from './volume-path-unique.ts';
import type { Rule, RuleContext } from './rule.ts';

/** Every rule, sorted by its id. */
export const rules: readonly Rule[] = [
  accessDecided,
  capabilityKnown,
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
  imageAvailable,
  imagePinned,
  limitsPresent,
  loopbackAddress,
  nameValid,
  needKnown,
  networkDerived,
  noCycle,
  placeholderLeft,
  providerExists,
  providerSingle,
  publishUnique,
  rootHasReason,
  secretGranted,
  secretUsed,
  signOnExists,
  signOnHost,
  volumeBackupDecided,
  volumePathUnique,
];

/** Everything that keeps this stack from running, all at once: by rule, and within a rule by service. */
export function checkStack(stack: ResolvedStack, catalog: RuleContext['catalog']): readonly Problem[] {
  return rules.flatMap(({ id, check }) => check(stack, { catalog }).map((found) => ({ rule: id, ...found })));
}
