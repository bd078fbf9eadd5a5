import colors from 'picocolors';
import { redactor } from '../secrets/redact.ts';
import { openSecrets } from '../secrets/keep.ts';
import { unknownService } from './unknown-service.ts';
import { readyCluster } from './wire.ts';

/** Prints what services wrote, with every secret of the cluster blacked out. */
export async function logs(
  options: { readonly cluster?: string; readonly tail?: number; readonly follow?: true; readonly json?: true },
  service: string,
  signal: AbortSignal,
): Promise<number> {
  const ready = await readyCluster(options.cluster);
  if (!ready) return 1;
  const names = ready.stack.services.map(({ name }) => name);
  if (service !== '' && !names.includes(service)) throw unknownService(service, names);
  const chosen = service === '' ? names : [service];
  const secrets = await openSecrets(ready.folder.root, { ageKeyFile: ready.folder.ageKeyFile, mustExist: true });
  const redact = redactor(secrets.values());
  const width = Math.max(...chosen.map(({ length }) => length));
  const print = (name: string, line: string): void => {
    if (options.json) console.log(JSON.stringify({ service: name, line: redact(line) }));
    else console.log(chosen.length > 1 ? `${colors.cyan(name.padEnd(width))} ${redact(line)}` : redact(line));
  };
  for (const name of chosen) for (const line of await ready.runtime.logs(name, { tail: options.tail ?? 100 }, signal)) print(name, line);
  if (options.follow) await ready.runtime.follow(chosen, print, signal);
  return 0;
}
