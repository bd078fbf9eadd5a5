import type { SecretRequest } from '../../service/index.ts';
import { secretsIn } from '../../service/index.ts';
import { groupBy } from '../../stack/group-by.ts';
import { secretsOfService } from '../../stack/rules/secret-used.ts';
import { serviceOf } from '../../stack/stack.ts';
import type { ResolvedStack } from '../../stack/stack.ts';
import { stepsOf } from '../grants.ts';
import type { Markdown } from './markdown.ts';
import { code, pageOf, table, words } from './markdown.ts';

/** The name of every secret, what becomes of it, and who holds it. No value stands in any page. */
export function secretsPage(stack: ResolvedStack): Markdown {
  const holders = holdersOf(stack);
  return [
    '# Secrets',
    '',
    'Their names only. The values are in `secrets.yaml`, encrypted to the age key of this cluster, and in files that the units read.',
    'Whoever has the key prints one with `datamancy secrets show NAME`.',
    '',
    ...table(
      ['Secret', 'What it is', 'What becomes of it', 'Held by'],
      stack.secrets.map((request) => [
        code(request.id),
        code(request.spec.kind),
        fateOf(request),
        [...(holders.get(request.id) ?? [])].map((name) => pageOf(serviceOf(stack, name) ?? { name }, 'services/')).join(', ') || 'nobody',
      ]),
    ),
  ];
}

/** Kinds of which an old value goes on beside the new. */
const rotated: ReadonlySet<string> = new Set(['signing-keys', 'certificate']);

function fateOf({ id, spec, keeps }: SecretRequest): string {
  if (spec.kind === 'supplied') return `yours: ${words(spec.about)}; \`datamancy secrets set ${id}\``;
  if (keeps === 'data') return 'never changed: it opens what is stored';
  if (rotated.has(spec.kind)) return `changed by \`datamancy secrets rotate ${id}\``;
  return 'made once and kept';
}

/** By the secret's id: units that asked for it, read it, are told it in a step, or are on one side of what it was granted for. */
function holdersOf(stack: ResolvedStack): ReadonlyMap<string, readonly string[]> {
  const granted = stack.grants.flatMap(({ client, provider, secrets }) =>
    [client, provider].flatMap((name) => secrets.map(({ id }) => ({ id, name }))),
  );
  const told = stepsOf(stack).flatMap(({ provider: { name }, steps }) =>
    steps.flatMap(({ input }) => secretsIn(input).map(({ id }) => ({ id, name }))),
  );
  const own = stack.services.flatMap((one) => [
    ...Object.keys(one.service.needs ?? {}).map((key) => ({ id: `${one.name}.${key}`, name: one.name })),
    ...[...one.secretFiles, ...secretsOfService(one)].map(({ id }) => ({ id, name: one.name })),
  ]);
  const byId = groupBy(
    [...granted, ...told, ...own].filter(({ name }) => name !== ''),
    ({ id }) => id,
  );
  return new Map([...byId].map(([id, found]) => [id, [...new Set(found.map(({ name }) => name))].toSorted()]));
}
