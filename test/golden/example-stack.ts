import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../../src/catalog/index.ts';
import type { Declaration } from '../../src/stack/declaration.ts';
import { formatProblem, parseDeclaration } from '../../src/stack/parse.ts';
import type { GoldenStack } from './golden-stack.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');

/** One of the clusters under `examples/`, each service from the source its definition prefers; throws where it is refused. */
export function readExample(name: 'starter' | 'home' | 'full'): GoldenStack & { readonly declaration: Declaration } {
  const { declaration, problems } = parseDeclaration(readFileSync(join(examples, name, 'cluster.yaml'), 'utf8'), {
    file: 'cluster.yaml',
    known: Object.keys(catalog),
    services: catalog,
    folder: name,
  });
  if (!declaration || problems.length > 0)
    throw new Error(`the example ${name} is refused:\n${problems.map((problem) => formatProblem(problem, 'cluster.yaml')).join('\n')}`);
  return { services: Object.values(catalog), declaration, ports: { http: 80, https: 443 } };
}
