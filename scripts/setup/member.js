// @ts-check
import { userInfo } from 'node:os';
import { handOver, SetupError } from './command.js';
import { findProgram } from './machine.js';

/**
 * Runs a command again as a member of the group docker, which the session that is open does not have yet.
 * @param {readonly string[]} argv
 * @param {string} command
 * @returns {Promise<number>}
 */
export function runAsMember(argv, command) {
  if (process.env['DATAMANCY_AS_MEMBER'] || findProgram('sg') === undefined) {
    throw new SetupError(`${userInfo().username} may not use the engine in this session`, `log out and in again, then run "${command}"`);
  }
  const line = argv.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ');
  return handOver(['sg', 'docker', '-c', `exec ${line}`], { env: { ...process.env, DATAMANCY_AS_MEMBER: '1' } });
}
