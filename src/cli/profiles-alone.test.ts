import { expect, test } from 'vitest';
import { catalog } from '../catalog/index.ts';
import { formatProblem, parseDeclaration } from '../stack/parse.ts';
import { containerPlacement } from '../stack/placement.ts';
import { profiles } from '../stack/profiles.ts';
import { resolveStack } from '../stack/resolve.ts';
import { checkStack } from '../stack/rules/index.ts';

const head =
  'domain: example.org\nadmin: {name: anna, email: anna@example.org}\nmachine: {memory: 512GiB, cpus: 64, disk: 4096GiB, gpus: [80GiB]}\n';

function problemsOf(text: string): readonly string[] {
  const options = { file: 'cluster.yaml', known: Object.keys(catalog), services: catalog, folder: 'home' };
  const { declaration, problems } = parseDeclaration(head + text, options);
  if (!declaration) throw new Error(problems.map((problem) => problem.message).join('\n'));
  const stack = resolveStack({
    declaration,
    catalog,
    placement: containerPlacement,
    ports: { http: 80, https: 443 },
    image: ({ image, debian = 'core' }) =>
      image === undefined
        ? { source: 'debian', reference: `datamancy/home/${debian}:0`, recipe: debian }
        : { source: 'upstream', reference: image },
  });
  return [...problems, ...checkStack(stack, catalog)].map((problem) => formatProblem(problem, 'cluster.yaml'));
}

test.each(profiles)('the profile %s stands by itself beside core', (profile) => {
  expect(problemsOf(`profiles: [core, ${profile}]\n`)).toEqual([]);
});

test('all profiles stand together', () => {
  expect(problemsOf(`profiles: [${profiles.join(', ')}]\n`)).toEqual([]);
});

test('what is left out by name stays out, and who needs it says so', () => {
  expect(problemsOf('profiles: [core, media]\nwithout: [caddy]\n')).toContainEqual(expect.stringContaining('problem[edge-exists]'));
  expect(problemsOf('profiles: [core, monitoring]\nwithout: [mariadb]\n')).toEqual([
    expect.stringMatching(/^problem\[provider-exists\].*mysqld-exporter: needs mariadb/),
  ]);
});
