import { setMaxListeners } from 'node:events';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { printFailure } from './cli/output.ts';
import { DatamancyError, messageOf, systemCode } from './kit/errors.ts';

const stop = new AbortController();
// One signal serves every request of a command, however many run at once.
setMaxListeners(0);
const signals = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const;
let stoppedBy: keyof typeof signals = 'SIGINT';
// Listeners that stay: what restores the cursor ends the process by itself where it sees none but its own.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopFor(signal));
for (const stream of [process.stdout, process.stderr]) stream.on('error', (cause) => stopFor('SIGPIPE', cause));

interface Options {
  readonly cluster?: string;
  readonly json?: true;
  readonly [option: string]: unknown;
}

const program = new Command('datamancy')
  .description('One declaration to a running cluster of self-hosted services: wired, started, proved.')
  .version(manifest.version)
  .showHelpAfterError('(datamancy --help lists the commands)')
  .configureHelp({ sortSubcommands: false })
  .exitOverride();

command('init', 'create a cluster folder from the starter template', async (options) => (await import('./cli/init.ts')).init(options));
command('build', 'render every file, and list every problem at once', async (options) => (await import('./cli/build.ts')).build(options));
command('plan', 'show what `up` would change (exit 2 when something would)', async (options) =>
  (await import('./cli/plan.ts')).plan(options, stop.signal),
);
command('up', 'start the cluster, or bring it to what cluster.yaml says', async (options) =>
  (await import('./cli/up.ts')).up(options, stop.signal),
).addOption(
  new Option('--runtime <runtime>', 'what runs the services, where cluster.yaml leaves it open; kept for later runs').choices([
    'compose',
    'process',
  ]),
);
command('down', 'stop the cluster and remove its containers; data stays', async (options) =>
  (await import('./cli/down.ts')).down(options, stop.signal),
).option('--volumes', 'also delete every volume, and with it all data');
command('status', 'list services, their health and their addresses', async (options) =>
  (await import('./cli/status.ts')).status(options, stop.signal),
);
command('validate', 'prove that the running cluster works', async (options) =>
  (await import('./cli/validate.ts')).validate(options, stop.signal),
).option('--junit <file>', 'also write the results as JUnit XML');
command('logs', 'show what services print', async (options, service) => (await import('./cli/logs.ts')).logs(options, service, stop.signal))
  .argument('[service]', 'one service; all where absent')
  .option('--tail <lines>', 'how many of the last lines', lineCount, 100)
  .option('-f, --follow', 'go on with new lines as they come');
command('open', 'open a service in the browser, or print its address', async (options, service) =>
  (await import('./cli/open.ts')).open(options, service),
).argument('[service]', 'the sign-in page where absent');
command('trust', "print the cluster's certificate authority and how to trust it", async (options) =>
  (await import('./cli/trust.ts')).trust(options, stop.signal),
);

const secrets = program.command('secrets').description('read and set the secrets of the cluster');
command(
  'show',
  'print one secret',
  async (options, name) => (await import('./cli/secrets-show.ts')).secretsShow(options, name),
  secrets,
).argument('<name>', 'as in `admin.password`');
command(
  'set',
  'keep a value that only you have, read from standard input',
  async (options, name) => (await import('./cli/secrets-set.ts')).secretsSet(options, name),
  secrets,
).argument('<name>', 'as in `mail.relayPassword`');

try {
  await program.parseAsync();
} catch (cause) {
  process.exitCode = exitStatusOf(cause);
}

function command(
  name: string,
  description: string,
  run: (options: Options, argument: string) => Promise<number>,
  parent = program,
): Command {
  return parent
    .command(name)
    .description(description)
    .option('--cluster <dir>', 'the cluster folder; this one or ./cluster where absent')
    .option('--json', 'print JSON for programs')
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const status = await run(self.opts<Options>(), self.args[0] ?? '');
      process.exitCode = stop.signal.aborted ? signals[stoppedBy] : status;
    });
}

/**
 * Ends the command in good order, and at once when told a second time. A reader that went away, as `head` does, ends it without a word;
 * any other error of a stream is thrown.
 */
function stopFor(signal: keyof typeof signals, cause?: Error): void {
  if (cause && systemCode(cause) !== 'EPIPE') throw cause;
  if (stop.signal.aborted && signal !== 'SIGPIPE') process.exit(signals[signal]);
  if (stop.signal.aborted) return;
  stoppedBy = signal;
  process.exitCode = signals[signal];
  stop.abort(new Error(`stopped by ${signal}`));
}

function lineCount(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('give a whole number of lines');
}

function exitStatusOf(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 64;
  if (stop.signal.aborted) {
    if (stoppedBy !== 'SIGPIPE') console.error('stopped; nothing is lost, run the command again to go on');
    return signals[stoppedBy];
  }
  if (cause instanceof DatamancyError) {
    printFailure(cause);
    return cause.exitStatus;
  }
  if (systemCode(cause) === 'ENOSPC') {
    const fix = 'free some space and run the command again; nothing was half-written';
    const full = new DatamancyError('E_DISK_FULL', `the disk is full: ${messageOf(cause)}`, { fix, cause });
    printFailure(full);
    return full.exitStatus;
  }
  if (isRefusal(cause)) {
    printFailure(
      new DatamancyError('E_COMMAND_FAILED', messageOf(cause), { fix: 'look at the owner and the permissions of what it names', cause }),
    );
    return 1;
  }
  console.error(`datamancy failed in a way that it should not: ${messageOf(cause)}`);
  console.error(cause instanceof Error ? cause.stack : '');
  return 1;
}

/** The machine does not let this user read or write something: no fault of the program. */
function isRefusal(cause: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR'].includes(systemCode(cause) ?? '');
}
