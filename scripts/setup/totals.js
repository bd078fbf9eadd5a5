// @ts-check
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {{ readonly passed: number, readonly failures: readonly string[], readonly skipped: number }} Totals
 *   `failures`: a line for each, which test and the first words of why
 */

/** @type {Totals} */
export const noTotals = { passed: 0, failures: [], skipped: 0 };

/**
 * The totals of vitest's JSON report. A file that failed without running a test counts as one failure; so does a missing report,
 * and a run that failed though none of its tests did.
 * @param {string | undefined} report
 * @param {number} status
 * @param {string} run what it is called where no test tells
 * @returns {Totals}
 */
export function readTotals(report, status, run) {
  if (report === undefined) return { ...noTotals, failures: [`${run}: ended with status ${status} and no report`] };
  const read = JSON.parse(report);
  /** @type {readonly FileReport[]} */
  const files = read.testResults;
  const failures = files.flatMap(failuresOf);
  if (failures.length === 0 && status !== 0) failures.push(`${run}: ended with status ${status}, though none of its tests failed`);
  return { passed: read.numPassedTests, failures, skipped: read.numPendingTests + read.numTodoTests };
}

/**
 * @typedef {{ readonly name: string, readonly status: string, readonly message: string, readonly assertionResults: readonly TestReport[] }} FileReport
 * @typedef {{ readonly fullName: string, readonly status: string, readonly failureMessages: readonly string[] | null }} TestReport
 */

/** @param {FileReport} file */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [`${file}: ${firstLine(message)}`];
  return failed.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? '')}`);
}

/** @param {string} text */
function firstLine(text) {
  return stripVTControlCharacters(text).split('\n', 1)[0]?.slice(0, 300) ?? '';
}

/** @param {Totals} one @param {Totals} other @returns {Totals} */
export function addTotals(one, other) {
  return {
    passed: one.passed + other.passed,
    failures: [...one.failures, ...other.failures],
    skipped: one.skipped + other.skipped,
  };
}

/** The failures by name, so that the end of a long log tells them, and the sum. @param {Totals} totals */
export function totalsText({ passed, failures, skipped }) {
  const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
  return [...failures.map((failure) => `failed: ${failure}`), `${passed} passed, ${failures.length} failed${rest}`].join('\n');
}
