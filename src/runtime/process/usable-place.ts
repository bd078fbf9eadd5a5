import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatamancyError } from '../../kit/errors.ts';
import { placesIn } from './places.ts';

/** The kernel allows 107 characters for a socket, and units keep theirs in their volumes. */
const longestRoot = 70;

/**
 * Refuses (E_HOST_MISSING) a cluster folder that lies too deep for sockets, or, where units get users of their own, below a
 * folder that other users cannot enter. The owner's folders are not changed for that.
 */
export async function requireUsablePlace(state: string): Promise<void> {
  const cluster = dirname(state);
  const excess = placesIn(state).root.length - longestRoot;
  if (excess > 0) {
    throw new DatamancyError('E_HOST_MISSING', `the path of the cluster is ${excess} characters too long for sockets: ${cluster}`, {
      fix: 'move the cluster to a folder with a shorter path, such as /srv/home',
    });
  }
  if (process.getuid?.() !== 0) return;
  for (let folder = cluster; folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) !== 0) continue;
    throw new DatamancyError('E_HOST_MISSING', `${folder} cannot be entered by the users that services run as without containers`, {
      fix: `move the cluster to a folder such as /srv/home, or run: chmod o+x ${folder}`,
    });
  }
}
