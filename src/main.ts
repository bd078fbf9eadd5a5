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
command('catalog', 'list the services there are to choose from', async (options) => (await import('./cli/catalog.ts')).listCatalog(options))
  .option('--search <words>', 'only those of which each word is in name, title, summary, profiles, offers or alternatives')
  .addOption(
    new Option('--level <level>', 'only those that the tests proved to this level, or a higher one').choices([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
    ]),
  );
command('add', 'choose services in cluster.yaml, with the providers they need', async (options, _, names) =>
  (await import('./cli/add.ts')).add(options, names),
).argument('<service...>');
command('remove', 'take services out of cluster.yaml; their data stays', async (options, _, names) =>
  (await import('./cli/remove.ts')).remove(options, names),
).argument('<service...>');
command('rules', 'list what must hold before anything runs, and why', async (options) =>
  (await import('./cli/rules.ts')).listRules(options),
);
command('build', 'render every file, and list every problem at once', async (options) => (await import('./cli/build.ts')).build(options));
command('lock', 'pin each upstream tag to the digest that it stands for, in images.lock', async (options) =>
  (await import('./cli/lock.ts')).lock(options, stop.signal),
)
  .option('--update [service...]', 'ask again for tags that are locked: of these services, or of all')
  .option('--check', 'show what would change, and change nothing (exit 2 when something would)');
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
command('validate', 'prove that the running cluster works', async (options, _, names) =>
  (await import('./cli/validate.ts')).validate(options, names, stop.signal),
)
  .argument('[service...]', 'tell of these alone; of everything where absent')
  .option('--junit <file>', 'also write the results as JUnit XML')
  .option('--access', 'prove who gets in instead: every route as everybody, and every way around');
command('logs', 'show what services print', async (options, service) => (await import('./cli/logs.ts')).logs(options, service, stop.signal))
  .argument('[service]', 'one service; all where absent')
  .option('--tail <lines>', 'how many of the last lines', lineCount, 100)
  .option('-f, --follow', 'go on with new lines as they come');
command('open', 'open a service in the browser, or print its address', async (options, service) =>
  (await import('./cli/open.ts')).open(options, service),
).argument('[service]', 'the sign-in page where absent');
command('trust', "print the cluster's certificate authority and how to trust it", async (options) =>
  (await import('./cli/trust.ts')).trust(options),
);

const secrets = program.command('secrets').description('read, set and rotate the secrets of the cluster');
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
command(
  'rotate',
  'give the keys that sign tokens their next value; tokens signed before stay good',
  async (options, name) => (await import('./cli/secrets-rotate.ts')).secretsRotate(options, name),
  secrets,
).argument('<name>', 'as in `gate.oidcKeys`');

const users = program.command('users').description('add people, and change what they may do');
command(
  'add',
  'add a person, who chooses a password by a one-time link',
  async (options, name) => (await import('./cli/users-add.ts')).usersAdd(options, name, stop.signal),
  users,
)
  .argument('<name>', 'the name to sign in with')
  .requiredOption('--email <address>', 'where mail reaches the person')
  .option('--name <full name>', 'the name to show; that to sign in with where absent')
  .option('--groups <a,b>', 'groups to be in')
  .addOption(new Option('--invite <how>', 'print the link, or send it by mail').choices(['link', 'mail']).conflicts('passwordStdin'))
  .option('--password-stdin', 'take a password from standard input instead');
command('list', 'list people', async (options) => (await import('./cli/users-list.ts')).usersList(options, stop.signal), users).option(
  '--all',
  'also the accounts of services and of checks',
);
command(
  'show',
  'show one person, and what that person may enter',
  async (options, name) => (await import('./cli/users-list.ts')).usersShow(options, name, stop.signal),
  users,
).argument('<name>');
command(
  'disable',
  'keep a person out until enabled again',
  async (options, name) => (await import('./cli/users-state.ts')).usersDisable(options, name, stop.signal),
  users,
).argument('<name>');
command(
  'enable',
  'let a person in who was disabled or locked',
  async (options, name) => (await import('./cli/users-state.ts')).usersEnable(options, name, stop.signal),
  users,
).argument('<name>');
command(
  'remove',
  'delete a person; data in apps stays, and it says where',
  async (options, name) => (await import('./cli/users-state.ts')).usersRemove(options, name, stop.signal),
  users,
)
  .argument('<name>')
  .option('--yes', 'do not ask');
command(
  'passwd',
  'print or mail a one-time link to choose a new password',
  async (options, name) => (await import('./cli/users-passwd.ts')).usersPasswd(options, name, stop.signal),
  users,
)
  .argument('<name>')
  .addOption(new Option('--invite <how>', 'print the link, or send it by mail').choices(['link', 'mail']).conflicts('passwordStdin'))
  .option('--password-stdin', 'set the password on standard input instead');
command(
  'forget-second-factor',
  'let a person whose phone or key is lost set up a new one',
  async (options, name) => (await import('./cli/second-factor.ts')).usersForgetSecondFactor(options, name, stop.signal),
  users,
).argument('<name>');
command(
  'groups',
  'show the groups of a person, and change them',
  async (options, name) => (await import('./cli/users-groups.ts')).usersGroups(options, name, stop.signal),
  users,
)
  .argument('<name>')
  .option('--add <a,b>', 'put the person into these')
  .option('--remove <a,b>', 'take the person out of these');
command(
  'import',
  'add the people of a .csv or .ldif file, all or none',
  async (options, file) => (await import('./cli/users-import.ts')).usersImport(options, file, stop.signal),
  users,
)
  .argument('<file>', '.csv with the header name,email,full name,groups,password; or .ldif')
  .option('--check', 'say what would happen, and change nothing')
  .addOption(new Option('--invite <how>', 'print the links, or send them by mail').choices(['link', 'mail']));

const groups = program.command('groups').description('make and remove groups');
command(
  'list',
  'list groups, their people and what they open',
  async (options) => (await import('./cli/groups.ts')).groupsList(options, stop.signal),
  groups,
);
command(
  'add',
  'make a group',
  async (options, name) => (await import('./cli/groups.ts')).groupsAdd(options, name, stop.signal),
  groups,
).argument('<name>');
command(
  'remove',
  'remove a group that opens nothing',
  async (options, name) => (await import('./cli/groups.ts')).groupsRemove(options, name, stop.signal),
  groups,
).argument('<name>');

try {
  await program.parseAsync();
} catch (cause) {
  process.exitCode = exitStatusOf(cause);
}

function command(
  name: string,
  description: string,
  run: (options: Options, argument: string, all: readonly string[]) => Promise<number>,
  parent = program,
): Command {
  return parent
    .command(name)
    .description(description)
    .option('--cluster <dir>', 'the cluster folder; this one or ./cluster where absent')
    .option('--json', 'print JSON for programs')
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const status = await run(self.opts<Options>(), self.args[0] ?? '', self.args);
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
