import { DatamancyError } from '../kit/errors.ts';
import { leaveRunning } from '../kit/process.ts';
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
  const names = stack.services.map((candidate) => candidate.name);
  const routed = stack.services.filter(({ url }) => url !== '');
  const name = service === '' ? (stack.providers['sign-on']?.name ?? routed[0]?.name ?? '') : service;
  const target = routed.find((candidate) => candidate.name === name);
  if (!target)
    throw names.includes(name)
      ? withoutAddress(
          name,
          routed.map((candidate) => candidate.name),
        )
      : unknownService(name, names);
  if (options.json) printJson({ service: target.name, url: target.url });
  else console.log(target.url);
  const desktop = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (process.stdout.isTTY && (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])) leaveRunning([desktop, target.url]);
  return 0;
}

function withoutAddress(name: string, routed: readonly string[]): DatamancyError {
  return new DatamancyError('E_USAGE', `${name} is reached from inside the cluster only`, {
    fix: `these have an address: ${routed.join(', ') || 'none'}`,
  });
}
