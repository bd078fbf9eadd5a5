import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Service } from '../service/index.ts';
import { http, printContent } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleService, sampleSignOn, sampleStack } from '../stack/sample.ts';
import { serviceOf } from '../stack/stack.ts';
import { renderHomepageBookmarks, renderHomepageIcons, renderHomepageServices, renderHomepageSettings } from './homepage.ts';

const page = sampleApp('home', { route: { port: 'web', access: { groups: ['viewer'] } } });
const guarded = { port: 'web', access: { groups: ['operator'] } } as const;

test('there is a tile for each address but its own, by category', () => {
  const services = [sampleEdge, sampleSignOn, page, sampleApp('wiki', { title: 'Wiki' }), sampleApp('chat', { category: 'communication' })];
  expect(namesIn(read('services', [...services, sampleService('queue')]))).toEqual({ Apps: ['gate', 'Wiki'], Communication: ['chat'] });
});

test('a tile says who may enter where that is not everybody who sees it', () => {
  const open = sampleApp('wiki', { route: { port: 'web', access: { groups: ['viewer'] } } });
  const tiles = tilesIn(read('services', [sampleEdge, sampleSignOn, page, open, sampleApp('admin', { route: guarded })]));
  expect(tiles['wiki']).toMatchObject({ href: 'https://wiki.example.org', description: 'The wiki of a test.' });
  expect(tiles['admin']).toMatchObject({ description: 'The admin of a test. Only for operator and above.' });
});

test('a tile shows whether its service is up, where the page may ask for that on a network of its own', () => {
  const health = { port: 'web', path: '/healthz' } as const;
  const apart = { port: 'web', access: { groups: ['viewer'], identity: { user: 'X-User' } } } as const;
  const tiles = tilesIn(
    read('services', [
      sampleEdge,
      sampleSignOn,
      page,
      sampleApp('near', { health }),
      sampleApp('apart', { health, route: apart }),
      sampleApp('other', { health: { port: 'status', path: '/' }, ports: { web: http(80), status: http(81) } }),
    ]),
  );
  expect(Object.fromEntries(Object.entries(tiles).map(([name, tile]) => [name, tile['siteMonitor']]))).toEqual({
    gate: undefined,
    near: 'http://near:8080/healthz',
    apart: undefined,
    other: undefined,
  });
});

test('each icon that a tile or a bookmark names is a file of the cluster, and none comes from elsewhere', () => {
  const services = [sampleEdge, page, sampleApp('wiki', { title: 'Big <Wiki>' }), sampleApp('chat', { title: 'chat' })];
  const stack = sampleStack(services);
  const { folder } = renderHomepageIcons(stack, own(stack));
  const named = [...JSON.stringify([read('services', services), read('bookmarks', services)]).matchAll(/"icon":"(?<icon>[^"]*)"/g)];
  expect(named.map(({ groups }) => groups?.['icon'])).toEqual([...wanted, ...wanted]);
  expect(Object.keys(folder).map((file) => `/icons/${file}`)).toEqual(wanted);
  const [wiki, chat] = ['wiki.svg', 'chat.svg'].map((file) => folder[file] && printContent(folder[file], reveal));
  expect(wiki).toContain('>BW</text>');
  expect(chat).toContain('>ch</text>');
});

test('a group of many tiles has the width of the page', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => sampleApp(name));
  expect(read('settings', [sampleEdge, page, ...many, sampleApp('f', { category: 'docs' })])).toMatchObject({
    layout: { Apps: { style: 'row', columns: 4 }, Documentation: { style: 'column' } },
  });
});

test('a cluster in which nothing has an address has a page all the same', () => {
  expect([read('services', [page]), sampleIcons([page])]).toEqual([[], {}]);
});

const wanted = ['/icons/wiki.svg', '/icons/chat.svg'];
const renderers = { services: renderHomepageServices, settings: renderHomepageSettings, bookmarks: renderHomepageBookmarks };
const reveal = { secret: () => 'secret', file: () => '' };

type Tile = Readonly<Record<string, string>>;
type Groups = readonly Readonly<Record<string, readonly Readonly<Record<string, Tile>>[]>>[];

function own(stack: ReturnType<typeof sampleStack>) {
  const one = serviceOf(stack, page.name);
  if (!one) throw new Error('the page is not in the stack');
  return one;
}

function sampleIcons(services: readonly Service[]) {
  const stack = sampleStack(services);
  return renderHomepageIcons(stack, own(stack)).folder;
}

function read(file: keyof typeof renderers, services: readonly Service[]): Groups {
  const stack = sampleStack(services);
  return parse(printContent(renderers[file](stack, own(stack)), reveal)) as Groups;
}

function namesIn(groups: Groups): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    groups.flatMap(Object.entries<readonly Readonly<Record<string, Tile>>[]>).map(([title, tiles]) => [title, tiles.flatMap(Object.keys)]),
  );
}

function tilesIn(groups: Groups): Readonly<Record<string, Tile>> {
  return Object.assign({}, ...groups.flatMap((group) => Object.values(group).flat())) as Readonly<Record<string, Tile>>;
}
