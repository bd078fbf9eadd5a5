import { run } from '../kit/process.ts';
import { printJson } from './output.ts';
import { unknownService } from './unknown-service.ts';
import { resolveCluster } from './wire.ts';

/** Opens a service in the browser where there is a desktop, and prints its address in any case. */
export async function open(options: { readonly cluster?: string; readonly json?: true }, service: string): Promise<number> {
  const { stack, problems, report } = await resolveCluster(options.cluster);
  if (!stack) {
    report(problems);
    return 1;
  }
  const routed = stack.services.filter(({ url }) => url !== '');
  const name = service === '' ? stack.providers['sign-on']?.name : service;
  const target = routed.find((candidate) => candidate.name === name);
  if (!target) throw unknownService(name ?? '', routed.map((candidate) => candidate.name));
  if (options.json) printJson({ service: target.name, url: target.url });
  else console.log(target.url);
  const desktop = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (process.stdout.isTTY && (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])) await run([desktop, target.url], { timeoutMs: 10_000 });
  return 0;
}
