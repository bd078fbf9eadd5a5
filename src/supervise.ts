import { writeSync } from 'node:fs';
import { messageOf } from './kit/errors.ts';
import { placesIn } from './runtime/process/places.ts';
import { supervise } from './runtime/process/supervisor.ts';

/** `supervise STATE VERSION`: the program that keeps the units of one cluster running where no engine does. */
async function main([state, version]: readonly string[]): Promise<number> {
  if (state === undefined || version === undefined) {
    say('supervise wants the state directory of a cluster and a version; `datamancy up` starts it');
    return 64;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  process.on('SIGHUP', () => undefined);
  try {
    await supervise(placesIn(state), version, stopping.signal);
    return 0;
  } catch (cause) {
    say(`the supervisor ended: ${messageOf(cause)}`);
    return 1;
  }
}

/** At once, because the program exits after it. */
function say(words: string): void {
  writeSync(process.stderr.fd, `${words}\n`);
}

process.exit(await main(process.argv.slice(2)));
