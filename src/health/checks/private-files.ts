import { join } from 'node:path';
import { envFileOf } from '../../render/unit-files.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass } from '../check.ts';
import type { CheckContext } from '../context.ts';

/** Nobody but the owner of the cluster can read its secrets on disk. */
export const secretsClosed: Check = {
  id: 'permissions',
  title: 'Secrets on disk are closed to others',
  run: async (context) => {
    const { folder, stack } = context;
    const envFiles = stack.services.flatMap((service) => envFileOf(stack, service) ?? []);
    return Promise.all([
      permission(context, 'private', folder.privateDirectory, 0o700),
      permission(context, 'age-key', folder.ageKeyFile, 0o600),
      ...envFiles.map(({ path }) => permission(context, path, join(folder.privateDirectory, path), 0o600)),
    ]);
  },
};

async function permission({ host }: CheckContext, name: string, path: string, most: number): Promise<CheckResult> {
  const about = { id: `permissions.${name}`, title: `${name} is closed to others` };
  const file = await host.file(path);
  if (!file) return fail(about, `${path} does not exist`, 'datamancy up');
  const mode = file.mode.toString(8);
  return (file.mode & ~most) === 0
    ? pass(about, `mode ${mode}`)
    : fail(about, `${path} has mode ${mode}`, `chmod ${most.toString(8)} '${path}'`);
}
