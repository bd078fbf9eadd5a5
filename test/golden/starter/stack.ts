import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../../../src/catalog/index.ts';
import { parseDeclaration } from '../../../src/stack/parse.ts';
import type { GoldenStack } from '../golden-stack.ts';

const example = join(import.meta.dirname, '..', '..', '..', 'examples', 'starter', 'cluster.yaml');
const { declaration, problems } = parseDeclaration(readFileSync(example, 'utf8'), {
  file: 'cluster.yaml',
  known: Object.keys(catalog),
  folder: 'starter',
});
if (!declaration) throw new Error(`the starter is refused: ${problems.map(({ message }) => message).join('; ')}`);

/** The cluster that `npm start` makes, built from Debian packages, on the ports of a machine whose standard ones are taken. */
export const starter: GoldenStack = {
  services: Object.values(catalog),
  declaration: { ...declaration, images: 'debian' },
  ports: { http: 8080, https: 8443 },
};
