// @ts-check
import { readFileSync } from 'node:fs';

const project = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/**
 * Ends the program with a clear message where Node is older than package.json asks for.
 * @returns {void}
 */
export function requireNode() {
  const oldest = String(project.engines.node).replace(/^[^\d]*/, '');
  if (isAtLeast(process.versions.node, oldest)) return;
  console.error(`This is Node ${process.versions.node}; Datamancy needs ${oldest} or newer.`);
  console.error('fix: install a newer Node.js, then run this again');
  process.exit(3);
}

/**
 * @param {string} version
 * @param {string} oldest
 */
export function isAtLeast(version, oldest) {
  const has = version.split('.').map(Number);
  for (const [index, least] of oldest.split('.').map(Number).entries()) {
    const part = has[index] || 0;
    if (part !== least) return part > least;
  }
  return true;
}
