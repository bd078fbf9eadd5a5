// @ts-check

/**
 * @typedef {{ readonly cluster: string, readonly noInstall: boolean, readonly runtime: string | undefined, readonly help: boolean, readonly rest: readonly string[] }} StartArguments
 *   `rest` goes to "datamancy up" as it is
 */

/**
 * @param {readonly string[]} args
 * @returns {StartArguments}
 */
export function readStartArguments(args) {
  let cluster = 'cluster';
  let noInstall = false;
  let help = false;
  /** @type {string | undefined} */
  let runtime;
  const rest = [];
  const waiting = [...args];
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    const [, name, value] = /^(--cluster|--runtime)(?:=(.*))?$/.exec(arg) ?? [];
    if (name === '--cluster') cluster = value ?? waiting.shift() ?? '';
    else if (name === '--runtime') runtime = value ?? waiting.shift() ?? '';
    else if (arg === '--no-install') noInstall = true;
    else if (arg === '--help' || arg === '-h') help = true;
    else rest.push(arg);
  }
  return { cluster, noInstall, runtime, help, rest };
}

/**
 * @typedef {{ readonly runs: readonly (readonly (readonly string[])[])[], readonly engine: boolean, readonly noInstall: boolean }} TestArguments
 *   `runs`: arguments for vitest, one list per run of it; runs that stand together go side by side
 */

/**
 * Everything by default; "fast" and "cluster" name the two halves; anything else is vitest's own, and needs an engine unless it
 * can only reach tests that need none.
 * @param {readonly string[]} args
 * @returns {TestArguments}
 */
export function readTestArguments(args) {
  const noInstall = args.includes('--no-install');
  const given = args.filter((arg) => arg !== '--no-install');
  const fast = ['--project', 'fast'];
  const onEngine = [
    ['--project', 'cluster'],
    ['--project', 'engine'],
  ];
  const levels = [['--project', 'levels']];
  const browser = [['--project', 'browser']];
  if (given.length === 0) return { runs: [[fast], onEngine, levels, browser], engine: true, noInstall };
  if (given[0] === 'fast') return { runs: [[[...fast, ...given.slice(1)]]], engine: false, noInstall };
  if (given[0] === 'cluster')
    return {
      runs: [onEngine, levels, browser].map((row) => row.map((project) => [...project, ...given.slice(1)])),
      engine: true,
      noInstall,
    };
  const project = /(?:^| )--project[ =](\S+)/.exec(given.join(' '))?.[1];
  const files = given.filter((arg) => !arg.startsWith('-') && arg !== project);
  const isFast =
    project === 'fast' ||
    (project === undefined && files.length > 0 && files.every((file) => /^(\.\/)?(src|test\/(golden|conformance))\b/.test(file)));
  return { runs: [[given]], engine: !isFast, noInstall };
}
