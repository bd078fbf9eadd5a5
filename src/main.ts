import { setMaxListeners } from 'node:events';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { printFailure } from './cli/output.ts';
import { DatamancyError, messageOf } from './kit/errors.ts';

const stop = new AbortController();
// One signal serves every request of a command, however many run at once.
setMaxListeners(0, stop.signal);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));

interface Options {
  readonly cluster?: string;
  readonly json?: true;
  readonly [option: string]: unknown;
}

const program = new Command('datamancy')
  .description('One declaration to a running cluster of self-hosted services: wired, started, proved.')
  .showHelpAfterError('(datamancy --help lists the commands)')
  .configureHelp({ sortSubcommands: false })
  .exitOverride();

command('init', 'create a cluster folder from the starter template', async (options) => (await import('./cli/init.ts')).init(options));
command('build', 'render every file, and list every problem at once', async (options) => (await import('./cli/build.ts')).build(options));
command('plan', 'show what `up` would change (exit 2 when something would)', async (options) => (await import('./cli/plan.ts')).plan(options, stop.signal));
command('up', 'start the cluster, or bring it to what cluster.yaml says', async (options) => (await import('./cli/up.ts')).up(options, stop.signal));
command('down', 'stop the cluster and remove its containers; data stays', async (options) => (await import('./cli/down.ts')).down(options, stop.signal)).option(
  '--volumes',
  'also delete every volume, and with it all data',
);
command('status', 'list services, their health and their addresses', async (options) => (await import('./cli/status.ts')).status(options, stop.signal));
command('validate', 'prove that the running cluster works', async (options) => (await import('./cli/validate.ts')).validate(options, stop.signal)).option(
  '--junit <file>',
  'also write the results as JUnit XML',
);
command('logs', 'show what services print', async (options, service) => (await import('./cli/logs.ts')).logs(options, service, stop.signal))
  .argument('[service]', 'one service; all where absent')
  .option('--tail <lines>', 'how many of the last lines', lineCount, 100)
  .option('-f, --follow', 'go on with new lines as they come');
command('open', 'open a service in the browser, or print its address', async (options, service) => (await import('./cli/open.ts')).open(options, service)).argument(
  '[service]',
  'the sign-in page where absent',
);
command('trust', "print the cluster's certificate authority and how to trust it", async (options) => (await import('./cli/trust.ts')).trust(options, stop.signal));

const secrets = program.command('secrets').description('read and set the secrets of the cluster');
command('show', 'print one secret', async (options, name) => (await import('./cli/secrets-show.ts')).secretsShow(options, name), secrets).argument('<name>', 'as in `admin.password`');
command('set', 'keep a value that only you have, read from standard input', async (options, name) => (await import('./cli/secrets-set.ts')).secretsSet(options, name), secrets).argument('<name>', 'as in `mail.relayPassword`');

try {
  await program.parseAsync();
} catch (cause) {
  process.exitCode = exitStatusOf(cause);
}

function command(name: string, description: string, run: (options: Options, argument: string) => Promise<number>, parent = program): Command {
  return parent
    .command(name)
    .description(description)
    .option('--cluster <dir>', 'the cluster folder; this one or ./cluster where absent')
    .option('--json', 'print JSON for programs')
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      process.exitCode = await run(self.opts<Options>(), String(self.args[0] ?? ''));
    });
}

function lineCount(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('give a whole number of lines');
}

function exitStatusOf(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 64;
  if (stop.signal.aborted) {
    console.error('stopped; nothing is lost, run the command again to go on');
    return 130;
  }
  if (cause instanceof DatamancyError) {
    printFailure(cause);
    return cause.exitStatus;
  }
  console.error(`datamancy failed in a way that it should not: ${messageOf(cause)}`);
  console.error(cause instanceof Error ? cause.stack : '');
  return 1;
}
