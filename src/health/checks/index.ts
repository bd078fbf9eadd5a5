import type { Check } from '../check.ts';
import { routesAccess } from './access.ts';
import { edgeManners, routesRedirect, routesTls } from './edge.ts';
import { environmentComplete } from './environment.ts';
import { hardeningInForce, limitsInForce, loggingInForce } from './hardening.ts';
import { clockSane, headroom, runtimeComplete } from './host.ts';
import { boundAsDeclared } from './listening.ts';
import { loginsWork } from './logins.ts';
import { dataIsolated, networksAsDerived } from './networks.ts';
import { secretsClosed } from './private-files.ts';
import { filesUnedited, noPlaceholder } from './rendered.ts';
import { smokeTests } from './smoke.ts';
import { unitDefinitions, unitRestarts, unitsHealthy } from './units.ts';
import { backupsDecided, volumesWritable } from './volumes.ts';

/** Every check, in the order in which results are shown. */
export const checks: readonly Check[] = [
  unitsHealthy,
  unitRestarts,
  unitDefinitions,
  environmentComplete,
  noPlaceholder,
  filesUnedited,
  networksAsDerived,
  dataIsolated,
  loginsWork,
  smokeTests,
  routesTls,
  routesRedirect,
  edgeManners,
  routesAccess,
  volumesWritable,
  backupsDecided,
  limitsInForce,
  hardeningInForce,
  loggingInForce,
  boundAsDeclared,
  secretsClosed,
  headroom,
  clockSane,
  runtimeComplete,
];
