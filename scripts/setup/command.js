// @ts-check
import { spawn } from 'node:child_process';

/**
 * @typedef {{ readonly status: number, readonly stdout: string, readonly output: string }} Result
 *   `output` is stdout and stderr as they came; status 127 where the program is not there, 124 after a timeout.
 */

/** Why setup cannot go on: what happened, what to do, and the exit status that says so. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string} fix
   * @param {number} status
   */
  constructor(message, fix, status = 3) {
    super(message);
    this.name = 'SetupError';
    this.fix = fix;
    this.status = status;
  }
}

/**
 * Runs a program without a shell and gives its exit status as a value. A terminal's sudo may still ask for a password.
 * @param {readonly string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void, stdin?: 'inherit' | 'ignore' }} [options]
 * @returns {Promise<Result>}
 */
export function tryRun(argv, options = {}) {
  return new Promise((resolve) => {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    let stdout = '';
    let output = '';
    let rest = '';
    /** @param {string} part */
    const take = (part) => {
      output += part;
      const lines = (rest + part).split(/\r?\n|\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', (part) => {
      stdout += part;
      take(part);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (cause) => {
      const isMissing = 'code' in cause && cause.code === 'ENOENT';
      resolve({ status: isMissing ? 127 : 1, stdout, output: output || cause.message });
    });
    child.on('close', (code, signal) => {
      if (rest !== '') options.onLine?.(rest);
      resolve({ status: code ?? (signal === 'SIGTERM' && options.timeoutMs !== undefined ? 124 : 130), stdout, output });
    });
  });
}

/**
 * Hands the terminal to another program and gives its exit status. Ctrl-C reaches that program, which decides how to end.
 * @param {readonly string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function handOver(argv, options = {}) {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'inherit' });
    const interrupt = () => {
      if (!process.stdin.isTTY) child.kill('SIGINT');
    };
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', forward);
    const done = () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', forward);
    };
    child.on('error', (cause) => {
      done();
      reject(cause);
    });
    child.on('close', (code, signal) => {
      done();
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/**
 * The last lines that say something, for an error message.
 * @param {string} output
 */
export function lastWords(output, count = 5) {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-count)
    .join('\n');
}
