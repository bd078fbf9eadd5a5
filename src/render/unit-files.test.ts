import { expect, test } from 'vitest';
import { file, lines, rendered } from '../service/index.ts';
import { sampleSecret, sampleService, sampleStack } from '../stack/sample.ts';
import { renderComposeService } from './compose.ts';
import { renderStack } from './render.ts';
import { configFilesOf } from './unit-files.ts';

const reveal = { secret: ({ id }: { readonly id: string }) => `value of ${id}`, file: () => '' };

test('two files of a service that end alike keep apart', () => {
  const content = () => lines('x');
  const stack = sampleStack([
    sampleService('app', { files: { a: { path: '/etc/a/app.conf', content }, b: { path: '/etc/b/app.conf', content } } }),
  ]);
  expect(renderStack(stack).map(({ path }) => path)).toEqual(['app/etc-a-app.conf', 'app/etc-b-app.conf']);
});

test('a folder is files of the release, and one mount of a container', () => {
  const stack = sampleStack([sampleService('app', { files: { pages: { path: '/srv/docs', content: () => rendered('mkdocs-pages') } } })]);
  const files = stack.services.flatMap((service) => configFilesOf(stack, service));
  expect(files).toContainEqual(expect.objectContaining({ path: 'app/docs/index.md', target: '/srv/docs/index.md' }));
  expect(files.length).toBeGreaterThan(1);
  const [compose] = stack.services.map((service) => renderComposeService(stack, service));
  expect(compose).toHaveProperty('volumes', [
    { type: 'bind', source: './app/docs', target: '/srv/docs', read_only: true, bind: { create_host_path: false } },
  ]);
});

test('a secret that two services mount is one file', () => {
  const env = () => ({ KEY_FILE: file(sampleSecret('shared.key')) });
  const files = renderStack(sampleStack([sampleService('a', { env }), sampleService('b', { env })]));
  expect(files.map(({ path, isPrivate, print }) => [path, isPrivate, print(reveal)])).toEqual([
    ['secrets/shared.key', true, 'value of shared.key'],
  ]);
});

test('a renderer that does not exist is named, with those that do', () => {
  const stack = sampleStack([sampleService('app', { files: { config: { path: '/x', content: () => rendered('constructor') } } })]);
  expect(() => renderStack(stack)).toThrow(
    /app: file config wants the renderer "constructor"; there are alertmanager, authelia, caddyfile/,
  );
});
