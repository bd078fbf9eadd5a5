import { parseArgs } from 'node:util';
import { listen, listenForMetrics, serveUntil } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import type { TurnstileLimits } from '../kit/turnstile.ts';
import { createApp } from './app.ts';
import { createListener, createSpeaker } from './backends/create.ts';
import { checkGateway } from './check.ts';
import { loadSpeechConfig } from './config.ts';
import { createMetrics } from './metrics.ts';
import { createSlots } from './slots.ts';
import { openScratch } from './scratch.ts';
import { createWatch } from './watch.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the speech gateway until the signal is aborted, then lets open requests end. It starts while back ends are away. With
 * `--check` it asks the gateway that runs already to say a word and to write it down.
 */
export async function runSpeechGateway(argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string', short: 'c' }, check: { type: 'boolean' } } });
  const config = await loadSpeechConfig(values.config ?? '/etc/speech-gateway/config.json', env);
  if (values.check === true) {
    const heard = await checkGateway({ url: `http://127.0.0.1:${config.server.port}`, token: config.token }, signal);
    process.stdout.write(`heard: ${heard}\n`);
    return;
  }
  const log = createLog('speech-gateway', config.log);
  const slots = { transcription: createSlots(slotLimits(config.transcription)), speech: createSlots(slotLimits(config.speech)) };
  const metrics = createMetrics((task) => slots[task].running());
  const listeners = config.transcription.backends.map(createListener);
  const speakers = config.speech.backends.map(createSpeaker);
  const watch = createWatch({ transcription: listeners, speech: speakers }, metrics, log);
  const scratch = await openScratch(config.scratch);
  try {
    await watch.look(signal);
    const app = createApp({ config, listeners, speakers, slots, watch, scratch, metrics, log });
    const server = listen(app.fetch, config.server, { requestTimeoutMs: config.upload_seconds * 1000 });
    const servers = [server, ...(config.metrics ? [listenForMetrics(metrics.registry, config.metrics)] : [])];
    log.info({ event: 'start', port: config.server.port, metrics: config.metrics?.port }, 'speech-gateway is listening');
    signal.addEventListener('abort', () => log.info({ event: 'stop' }, 'speech-gateway stops'), { once: true });
    await Promise.all([serveUntil(servers, signal), watch.keep(config.look_seconds * 1000, signal)]);
  } finally {
    await scratch.close();
  }
}

interface Work {
  readonly at_once: number;
  readonly waiting: number;
  readonly wait_seconds: number;
}

function slotLimits({ at_once: atOnce, waiting, wait_seconds: waitSeconds }: Work): TurnstileLimits {
  return { atOnce, waiting, waitMs: waitSeconds * 1000 };
}
