import { catalog } from '../../src/catalog/index.ts';
import type { Service } from '../../src/service/index.ts';
import { parseDeclaration } from '../../src/stack/parse.ts';
import type { Pass } from './synthetic.ts';
import { resolveCheckRender } from './synthetic.ts';

/** Reads, resolves, checks and renders the cluster.yaml that is given; throws where it is refused. */
export function examplePass(declared: string): Pass {
  const started = performance.now();
  const { declaration } = parseDeclaration(declared, {
    file: 'cluster.yaml',
    known: Object.keys(catalog),
    services: catalog,
    folder: 'bench',
  });
  if (!declaration) throw new Error('the example is refused');
  const image = ({ image: upstream, debian }: Service) =>
    upstream === undefined
      ? ({ source: 'debian', reference: `datamancy/bench/${debian ?? ''}:1`, recipe: debian ?? '' } as const)
      : ({ source: 'upstream', reference: upstream } as const);
  const pass = resolveCheckRender(declaration, catalog, image);
  return { ...pass, ms: performance.now() - started };
}
