import { DatamancyError, messageOf } from './kit/errors.ts';

type Daemon = (argv: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal) => Promise<void>;

/** The daemons of the core image, each loaded only when it is the one to run. */
const daemons: Readonly<Record<string, () => Promise<Daemon>>> = {
  browser: async () => (await import('./browser/server.ts')).runBrowser,
  'docker-health-exporter': async () => (await import('./exporter/server.ts')).runExporter,
  'evm-broadcaster': async () => (await import('./chain/broadcaster/server.ts')).runBroadcaster,
  'evm-clients': async () => (await import('./chain/broadcaster/commands.ts')).runClientsCommand,
  'evm-import': async () => (await import('./chain/broadcaster/commands.ts')).runImportCommand,
  gate: async () => (await import('./gate/server.ts')).runGate,
  'gate-people': async () => (await import('./gate/people-command.ts')).runPeopleCommand,
  'model-router': async () => (await import('./models/server.ts')).runModelRouter,
  'speech-gateway': async () => (await import('./speech/server.ts')).runSpeechGateway,
  'tx-gateway': async () => (await import('./chain/gateway/server.ts')).runGateway,
};

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  const stopping = new AbortController();
  process.once('SIGTERM', () => stopping.abort());
  process.once('SIGINT', () => stopping.abort());
  try {
    const load = Object.hasOwn(daemons, name) ? daemons[name] : undefined;
    if (!load) {
      throw new DatamancyError('E_USAGE', name === '' ? 'no daemon was named' : `there is no daemon ${JSON.stringify(name)}`, {
        fix: `serve ${Object.keys(daemons).join('|')}`,
      });
    }
    const daemon = await load();
    await daemon(rest, process.env, stopping.signal);
    return 0;
  } catch (cause) {
    if (cause instanceof DatamancyError) {
      console.error(`error[${cause.code}]: ${cause.message}\nfix: ${cause.fix}`);
      return cause.exitStatus;
    }
    console.error(`error: ${messageOf(cause)}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
