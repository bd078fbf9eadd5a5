import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this program runs from: the nearest folder above that holds the program. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(from: string): string {
  if (existsSync(join(from, 'bin/datamancy')) || dirname(from) === from) return from;
  return findRoot(dirname(from));
}
