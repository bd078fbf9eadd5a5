import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Service } from '../../../src/service/index.ts';
import { formatProblem, parseDeclaration } from '../../../src/stack/parse.ts';
import { containerPlacement } from '../../../src/stack/placement.ts';
import type { Problem } from '../../../src/stack/problem.ts';
import { resolveStack } from '../../../src/stack/resolve.ts';
import { checkDefinition } from '../../../src/stack/rules/definition.ts';
import { checkStack } from '../../../src/stack/rules/index.ts';
import type { ImageChoice } from '../../../src/stack/stack.ts';
import { catalog, ownServices } from './services.ts';

const refused = '=== is refused with\n';
const cases = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.txt'));

/** Each file holds a cluster.yaml and, below the line, exactly what a person is told. `npm run golden` writes the part below anew. */
describe('a declaration that cannot work', () => {
  test.each(cases)('%s', async (file) => {
    const path = join(import.meta.dirname, file);
    const [input = ''] = readFileSync(path, 'utf8').split(refused);
    const told = tell(input);
    expect(told, 'the input is not refused').not.toBe('');
    await expect(`${input}${refused}${told}`).toMatchFileSnapshot(path);
  });
});

function tell(text: string): string {
  const own = Object.entries(ownServices).filter(([name]) => text.includes(`\n  ${name}:`));
  const checked = own.map(([name, value]) => ({ name, value, problems: checkDefinition(value, `services/${name}.ts`) }));
  const sound = checked.filter(({ problems }) => problems.length === 0);
  // A value without problems is a service: that is what checkDefinition promises.
  const services = { ...catalog, ...Object.fromEntries(sound.map(({ name, value }) => [name, value as Service])) };
  const known = [...Object.keys(services), ...own.map(([name]) => name)];
  const { declaration, problems, positionOf } = parseDeclaration(text, { file: 'cluster.yaml', known, services, folder: 'home' });
  const stack =
    declaration &&
    resolveStack({
      declaration,
      catalog: services,
      placement: containerPlacement,
      ports: { http: declaration.ports.http ?? 80, https: declaration.ports.https ?? 443 },
      image: (service) => chooseImage(service, declaration.images),
    });
  const all: readonly Problem[] = [...checked.flatMap((one) => one.problems), ...problems, ...(stack ? checkStack(stack, services) : [])];
  return all
    .map((problem) => `${formatProblem(problem, 'cluster.yaml', problem.position ?? (problem.path && positionOf(problem.path)))}\n`)
    .join('');
}

function chooseImage({ image, debian }: Service, source: string): ImageChoice | undefined {
  if (source === 'debian') return debian === undefined ? undefined : { source: 'debian', reference: `datamancy/home/${debian}`, recipe: debian };
  return image === undefined ? undefined : { source: 'upstream', reference: image };
}
