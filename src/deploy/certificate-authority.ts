import { join } from 'node:path';
import { DatamancyError } from '../kit/errors.ts';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { serviceOf } from '../stack/stack.ts';
import type { ClusterFolder } from './folder.ts';

/**
 * The root certificate, in PEM, that the edge made for this cluster; a copy is kept in the cluster folder. Where Caddy keeps it:
 * https://caddyserver.com/docs/conventions#data-directory. E_ENGINE_FAILED while there is none.
 */
export async function certificateAuthority(
  stack: ResolvedStack,
  runtime: Runtime,
  folder: ClusterFolder,
  signal: AbortSignal,
): Promise<string> {
  const edge = stack.providers['edge'];
  const data = edge && serviceOf(stack, edge.name)?.service.volumes?.['data'];
  if (!edge || !data) throw notYet('this cluster has no edge that signs certificates');
  const copy = join(folder.state, 'ca.crt');
  const path = `${stack.placement.volume(edge.name, 'data', data.path)}/caddy/pki/authorities/local/root.crt`;
  const result = await runtime.exec(edge.name, ['cat', path], {}, signal);
  if (result.status !== 0) throw notYet(`${edge.name} has not made its certificate authority yet`);
  if ((await readIfExists(copy)) !== result.stdout) await writeAtomic(copy, result.stdout);
  return result.stdout;
}

function notYet(message: string): DatamancyError {
  return new DatamancyError('E_ENGINE_FAILED', message, { fix: 'start the cluster with: datamancy up' });
}
