import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { packageRoot } from './package-root.ts';

/** A command about this cluster as it can be typed here: the program where it lies, and --cluster where it is needed. */
export function commandFor(clusterRoot: string, words: string): string {
  const here = process.cwd();
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => directory !== '' && existsSync(join(directory, 'datamancy')));
  const program = onPath ? 'datamancy' : quoted(relative(here, join(packageRoot, 'bin/datamancy')));
  const isFound = clusterRoot === here || (clusterRoot === join(here, 'cluster') && !existsSync(join(here, 'cluster.yaml')));
  return `${program} ${words}${isFound ? '' : ` --cluster ${quoted(relative(here, clusterRoot))}`}`;
}

/** A path as one word of a shell. */
function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
