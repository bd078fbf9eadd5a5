import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below a directory, what lies in a folder before the folder itself. Links are not followed. */
export async function eachBelow(directory: string, act: (path: string) => Promise<void>): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await eachBelow(path, act);
    await act(path);
  }
}
