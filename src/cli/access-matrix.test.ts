import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { roles } from '../health/access/roles.ts';
import { fail, pass } from '../health/check.ts';
import { accessCatalog } from '../health/testing/access-catalog.ts';
import { testStack } from '../health/testing/cluster.ts';
import { renderAccessMatrix } from './access-matrix.ts';

const [panel] = accessCatalog.filter(({ name }) => name === 'panel');
const longName = { ...(panel ?? accessCatalog[0]), name: 'a-service-with-quite-a-long-name' } as (typeof accessCatalog)[number];
const stack = testStack(undefined, [...accessCatalog, longName]);

function matrix(...wrong: readonly string[]): readonly string[] {
  const ids = stack.services.flatMap(({ name }) => roles.map((role) => `access.${name}.${role}`));
  const results = ids.map((id) => (wrong.includes(id) ? fail({ id, title: id }, 'x', 'y') : pass({ id, title: id }, 'x')));
  const lines = renderAccessMatrix(stack, { groups: [{ id: 'access', title: 'x', results: results.slice(0, -1) }] });
  return lines.map(stripVTControlCharacters);
}

test('each route has a row, each role a column, and no line is wider than 100 columns', () => {
  const lines = matrix();
  expect(lines[0]).toMatch(/^route +anonymous +viewer +operator +admin +member +stranger +disabled$/);
  expect(lines).toContainEqual(expect.stringMatching(/^panel +✔ sign-in +✔ no +✔ no +✔ enter +✔ no +✔ no +✔ locked$/));
  expect(lines).toContainEqual(expect.stringMatching(/^vault +✔ sign-in +✔ no +✔ second +✔ second +✔ no +✔ no +✔ locked$/));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.some((line) => line.startsWith('a-service-with-qu') && line.includes('…'))).toBe(true);
});

test('what deviates has another sign and the word for what must be', () => {
  expect(matrix('access.panel.viewer')).toContainEqual(expect.stringMatching(/^panel +✔ sign-in +✘ no +✔ no /));
});

test('a field that was not looked at is no tick', () => {
  expect(matrix().find((line) => line.startsWith('wiki'))).toMatch(/– locked$/);
});

test('the legend tells the signs and words that occur', () => {
  const legend = matrix('access.panel.viewer').slice(-9).join('\n');
  for (const word of ['✔ so it is', '✘ it is otherwise', '– could not be seen', 'sign-in', 'locked', 'second'])
    expect(legend).toContain(word);
  expect(matrix().join('\n')).not.toContain('✘');
});
