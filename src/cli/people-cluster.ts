import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { withLock } from '../deploy/lock.ts';
import { DatamancyError } from '../kit/errors.ts';
import type { Directory } from '../people/directory.ts';
import { openDirectory } from '../people/directory.ts';
import { openSecrets } from '../secrets/keep.ts';
import { findCluster } from './cluster.ts';
import type { ReadyCluster } from './wire.ts';
import { readyCluster } from './wire.ts';

/** A cluster whose directory can be asked. */
export interface PeopleCluster extends ReadyCluster {
  readonly directory: Directory;
  /** The characters of a secret. */
  readonly openReveal: () => Promise<(id: string) => string>;
}

interface Options {
  readonly cluster?: string;
}

/** Opens the cluster's directory for `work`. Problems of the declaration are reported, and the status is 1. */
export async function withPeople(options: Options, work: (cluster: PeopleCluster) => Promise<number>): Promise<number> {
  const ready = await readyCluster(options.cluster);
  if (!ready) return 1;
  const { stack, runtime, folder } = ready;
  const provider = stack.providers['ldap'];
  if (!provider) {
    throw new DatamancyError('E_DIRECTORY_FAILED', 'this cluster has no directory, and so no people', {
      fix: 'name openldap under services in cluster.yaml, then run datamancy up',
    });
  }
  return work({
    ...ready,
    directory: openDirectory({ runtime, unit: provider.name, domain: stack.domain }),
    openReveal: async () => (await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: true })).reveal,
  });
}

/**
 * Like {@link withPeople}, for one change at a time, so that of two admins not both take the other away. The lock is not the cluster's:
 * somebody can be disabled while `up` runs.
 */
export async function changePeople(options: Options, command: string, work: (cluster: PeopleCluster) => Promise<number>): Promise<number> {
  const { state } = await findCluster(options.cluster);
  return withLock(join(state, 'people.lock'), command, async () => withPeople(options, work));
}

/** A password from standard input, because a command line can be read by others. One line break at its end is not part of it. */
export async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) console.error('type the password, then Enter and Ctrl-D');
  const password = (await readAll(process.stdin)).replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new DatamancyError('E_USAGE', 'no password came on standard input', { fix: 'give it as in: … --password-stdin < file' });
}

/** `a,b c` is a, b and c. */
export function listOfNames(given: string | undefined): readonly string[] {
  return (given ?? '').split(/[\s,;]+/).filter((name) => name !== '');
}
