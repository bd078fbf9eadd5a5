import { DatamancyError } from '../kit/errors.ts';
import { openSecrets } from '../secrets/keep.ts';
import { redactor } from '../secrets/redact.ts';
import { colors } from './colors.ts';
import { commandFor } from './command.ts';
import { unknownService } from './unknown-service.ts';
import { openRuntime, resolveCluster } from './wire.ts';

interface LogsOptions {
  readonly cluster?: string;
  readonly tail?: number;
  readonly follow?: true;
  readonly json?: true;
}

/** Prints what services wrote, with every secret of the cluster blacked out. A declaration with problems does not keep it from that. */
export async function logs(options: LogsOptions, service: string, signal: AbortSignal): Promise<number> {
  const resolved = await resolveCluster(options.cluster);
  const { stack, folder, problems, report } = resolved;
  if (!stack) {
    report(problems);
    return 1;
  }
  const names = stack.services.map(({ name }) => name);
  if (service !== '' && !names.includes(service)) throw unknownService(service, names);
  const { runtime } = await openRuntime({ ...resolved, stack });
  const there = (await runtime.observe(signal)).map((unit) => unit.service);
  const chosen = (service === '' ? names : [service]).filter((name) => there.includes(name));
  if (chosen.length === 0) {
    throw new DatamancyError('E_COMMAND_FAILED', `${service || stack.name} does not run, so it has no log`, {
      fix: `start it with: ${commandFor(folder.root, 'up')}`,
    });
  }
  const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: true });
  const redact = redactor(secrets.values());
  const width = Math.max(...chosen.map(({ length }) => length));
  const print = (name: string, line: string): void => {
    if (options.json) console.log(JSON.stringify({ service: name, line: redact(line) }));
    else console.log(chosen.length > 1 ? `${colors.cyan(name.padEnd(width))} ${redact(line)}` : redact(line));
  };
  for (const name of chosen) for (const line of await runtime.logs(name, { tail: options.tail ?? 100 }, signal)) print(name, line);
  if (options.follow) await runtime.follow(chosen, print, signal);
  return 0;
}
