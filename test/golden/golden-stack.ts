import { createHash } from 'node:crypto';
import { renderCompose } from '../../src/render/compose.ts';
import { digestOf } from '../../src/render/definition.ts';
import type { RenderedFile } from '../../src/render/file.ts';
import { stepsOf } from '../../src/render/grants.ts';
import { renderStack } from '../../src/render/render.ts';
import type { Reveal, Service } from '../../src/service/index.ts';
import { printValue } from '../../src/service/index.ts';
import type { Declaration } from '../../src/stack/declaration.ts';
import { secretFileName } from '../../src/stack/expand.ts';
import { containerPlacement } from '../../src/stack/placement.ts';
import type { Placement } from '../../src/stack/placement.ts';
import { resolveStack } from '../../src/stack/resolve.ts';
import type { ResolvedStack } from '../../src/stack/stack.ts';

export interface GoldenStack {
  readonly services: readonly Service[];
  readonly declaration: Declaration;
  readonly ports: { readonly http: number; readonly https: number };
}

/** Shows the name of each secret in place of its value. */
export const named: Reveal = {
  secret: (secret) => `<secret:${secretFileName(secret)}>`,
  file: (secret) => `<file of ${secret.id}>`,
};

export function resolveGolden({ services, declaration, ports }: GoldenStack, placement: Placement = containerPlacement): ResolvedStack {
  return resolveStack({
    declaration,
    catalog: Object.fromEntries(services.map((service) => [service.name, service])),
    placement,
    ports,
    image: ({ image, debian }) =>
      image !== undefined && declaration.images !== 'debian'
        ? { source: 'upstream', reference: image }
        : { source: 'debian', reference: `datamancy/${declaration.name}/${debian ?? 'core'}:000000000000`, recipe: debian ?? 'core' },
  });
}

/** Every file of the cluster folder that the stack gives, by its path under .datamancy, and what is run inside its providers. */
export function treeOf(stack: ResolvedStack, reveal: Reveal = named): ReadonlyMap<string, string> {
  const keyedHash = (content: string): string => createHash('sha256').update(`key:${content}`).digest('hex');
  const unveiling = { print: (file: RenderedFile) => file.print(reveal), keyedHash };
  const digests = Object.fromEntries(stack.services.map((service) => [service.name, digestOf(stack, service, unveiling)]));
  const rendered = renderStack(stack).map(({ path, isPrivate, print }): [string, string] => [
    `${isPrivate ? 'private' : 'releases/1'}/${path}`,
    print(reveal),
  ]);
  const steps = stepsOf(stack).map(({ provider, kind, steps: own }): [string, string] => [
    `steps/${provider.name}.${kind}`,
    own.map(({ title, argv, input }) => `# ${title}\n# ${argv.join(' ')}\n${printValue(input, reveal)}`).join('\n'),
  ]);
  return new Map([...rendered, ['releases/1/compose.yaml', renderCompose(stack, { release: 1, digests })], ...steps]);
}
