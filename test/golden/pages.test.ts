import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { mkdocs } from '../../src/catalog/docs/mkdocs.ts';
import { connectionsOf } from '../../src/render/mkdocs/connections.ts';
import { renderMkdocsPages } from '../../src/render/mkdocs/site.ts';
import { printContent, secretsInContent } from '../../src/service/index.ts';
import { serviceOf, withoutWorkers } from '../../src/stack/stack.ts';
import { readExample } from './example-stack.ts';
import { named, resolveGolden } from './golden-stack.ts';

/** The pages about the largest of the examples. */
const stack = resolveGolden(readExample('full'));
const [docs] = stack.services.filter(({ service }) => service === mkdocs);
const { folder } = docs ? renderMkdocsPages(stack, docs) : { folder: {} };
const pages = Object.entries(folder).map(([path, content]) => ({ path, content, text: printContent(content, named) }));

test('there is a page about every service', () => {
  expect(Object.keys(folder)).toEqual(expect.arrayContaining(withoutWorkers(stack).map(({ name }) => `services/${name}.md`)));
});

test('every link leads to a page, and every link in a picture to the folder of one', () => {
  const links = pages.flatMap(({ path, text }) => [
    ...[...text.matchAll(/\]\((?<to>[\w./-]+\.md)\)/g)].map(({ groups }) => join(dirname(path), groups?.['to'] ?? '')),
    ...[...text.matchAll(/href="(?<to>[^"]+)\/"/g)].map(({ groups }) => `${join(path.replace(/\.md$/, ''), groups?.['to'] ?? '')}.md`),
  ]);
  expect(links.length).toBeGreaterThan(stack.services.length);
  expect([...new Set(links)].filter((to) => !Object.hasOwn(folder, to))).toEqual([]);
});

test('no page holds a secret, and none a hole that a value belongs into', () => {
  expect(pages.filter(({ content }) => secretsInContent(content).length > 0)).toEqual([]);
  expect(pages.flatMap(({ text }) => text.match(/\{\{\s*[A-Za-z]|\$\{[^{}\s]*\}|<secret:/g) ?? [])).toEqual([]);
});

test('whoever is said to connect to another shares a network with it', () => {
  const connections = connectionsOf(stack);
  expect(connections.length).toBeGreaterThan(stack.services.length);
  const apart = connections.filter(({ from, to }) => {
    const others = serviceOf(stack, to)?.networks ?? [];
    return !serviceOf(stack, from)?.networks.some((network) => others.includes(network));
  });
  expect(apart).toEqual([]);
});
