// @ts-check

/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Totals */

/** @type {Totals} */
export const noTotals = { passed: 0, failed: 0, skipped: 0 };

/**
 * The totals of vitest's JSON report. A file that failed without running a test counts as one failure; so does a missing report,
 * and a run that failed though none of its tests did.
 * @param {string | undefined} report
 * @param {number} status
 * @returns {Totals}
 */
export function readTotals(report, status) {
  if (report === undefined) return { ...noTotals, failed: 1 };
  const read = JSON.parse(report);
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = read.testResults ?? [];
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = read.numFailedTests + broken;
  return {
    passed: read.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: read.numPendingTests + read.numTodoTests,
  };
}

/** @param {Totals} one @param {Totals} other @returns {Totals} */
export function addTotals(one, other) {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped };
}

/** @param {Totals} totals */
export function totalsLine(totals) {
  const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}
