// @ts-check
export { aptFailure, aptProgress } from '../../../scripts/setup/apt.js';
export { readStartArguments, readTestArguments } from '../../../scripts/setup/arguments.js';
export { describePlan } from '../../../scripts/setup/describe.js';
export { engineCandidates } from '../../../scripts/setup/engine.js';
export { absentOptionals, platformOf } from '../../../scripts/setup/lock.js';
export { readDistribution } from '../../../scripts/setup/machine.js';
export { isAtLeast } from '../../../scripts/setup/node-version.js';
export { isSameTree, npmFix } from '../../../scripts/setup/npm-packages.js';
export { enginePackages, missingPackages } from '../../../scripts/setup/packages.js';
export { planSetup } from '../../../scripts/setup/plan.js';
export { isNewEnough, mirrorOf } from '../../../scripts/setup/plugins.js';
export { bar, elapsed, progressTo } from '../../../scripts/setup/progress.js';
export { groupSteps } from '../../../scripts/setup/setup.js';
export { addTotals, readTotals, totalsText } from '../../../scripts/setup/totals.js';
