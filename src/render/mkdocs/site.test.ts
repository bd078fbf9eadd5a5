import { expect, test } from 'vitest';
import { postgres, secret } from '../../contracts/index.ts';
import type { Service } from '../../service/index.ts';
import { printContent, volume } from '../../service/index.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleService, sampleSignOn, sampleStack } from '../../stack/sample.ts';
import type { SampleOptions } from '../../stack/sample.ts';
import { renderMkdocsPages } from './site.ts';

const wiki = sampleApp('wiki', {
  title: 'Wiki',
  route: { port: 'web', access: { groups: ['operator', 'authors'] }, roles: { writer: ['authors'] } },
  needs: { db: postgres(), key: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }) },
  volumes: {
    files: volume('/files', { role: 'data', backup: 'daily' }),
    thumbs: volume('/thumbs', { role: 'cache', backup: { skip: 'it makes them again' } }),
  },
  allow: { capabilities: { CHOWN: 'it gives files to their authors' } },
  alerts: [{ name: 'WikiSlow', expr: 'wiki_seconds > 1', for: '5m', severity: 'warning', summary: 'Pages take a second.' }],
  logs: [{ pattern: 'disk|full', means: 'there is no room for another file' }],
  smoke: { path: '/start', expect: { text: 'Welcome' } },
});
const rest = [sampleEdge, sampleSignOn, sampleProvider('postgresql', 'postgres', 5432)];

test('the page of a service says who enters, what it needs, keeps, may do and means', () => {
  const page = pageOf('services/wiki.md', [...rest, wiki]);
  expect(page).toContain('lets in `operator` and above, `authors` and nobody else');
  expect(page).toContain('| writer | `authors` |');
  expect(page).toContain('| `db` | postgres | [`postgresql`](postgresql.md) |');
  expect(page).toContain('| `key` | secret | the secret `wiki.key`: it opens what is stored |');
  expect(page).toContain('| `files` | `/files` | data | daily |');
  expect(page).toContain('| `thumbs` | `/thumbs` | cache | none: it makes them again |');
  expect(page).toContain('| `wiki` | has the capability `CHOWN` | it gives files to their authors |');
  expect(page).toContain('| `WikiSlow` | Pages take a second. | warning | 5m |');
  expect(page).toContain('| <code>disk&#124;full</code> | there is no room for another file |');
  expect(page).toContain('`datamancy validate` tries: `/start`, which answers 200 with `Welcome`.');
});

test('what one has to know before one relies on a service stands before everything else on its page', () => {
  const page = pageOf('services/wiki.md', [...rest, sampleApp('wiki', { caution: 'It keeps nothing yet.' })]);
  expect(page.split('\n').slice(2, 6)).toEqual([
    'The wiki of a test.',
    '',
    '!!! warning "Before you rely on it"',
    '    It keeps nothing yet.',
  ]);
});

test('every service has a page and every unit is on one', () => {
  const worker = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 } } as const;
  const pages = pagesOf([sampleService('wiki', { workers: { jobs: worker } }), sampleService('alone')]);
  expect(Object.keys(pages).filter((path) => path.startsWith('services/'))).toEqual([
    'services/alone.md',
    'services/docs.md',
    'services/wiki.md',
  ]);
  expect(pages['services/wiki.md']).toContain('datamancy logs wiki-jobs --follow');
});

test('what somebody wrote into a title or a summary is shown and never run', () => {
  const title = '<script>alert(1)</script>';
  const summary = 'a | b `c` {{ d }} ${e} [f](https://example.org)';
  const pages = pagesOf([
    ...rest,
    sampleApp('wiki', { title, summary, alerts: [{ name: title, expr: title, for: '1m', severity: 'warning', summary }] }),
  ]);
  for (const page of Object.values(pages)) expect(page).not.toMatch(/<script|\{\{ d|\$\{e|\[f\]/);
  expect(pages['services/wiki.md']).toContain('# &#60;script&#62;alert(1)&#60;/script&#62;');
});

test('volumes are kept, or left out with the reason, under the name that the engine has for them', () => {
  const page = pageOf('storage.md', [...rest, wiki]);
  const [kept = '', left = ''] = page.split('## What is left out');
  expect(kept).toContain('| `datamancy-test_wiki-files` | [`wiki`](services/wiki.md) | data | daily |');
  expect(kept).not.toContain('thumbs');
  expect(left).toContain('| `datamancy-test_wiki-thumbs` | [`wiki`](services/wiki.md) | cache | it makes them again |');
  expect(left).toContain('| [`wiki`](services/wiki.md) | [`postgresql`](services/postgresql.md) |');
});

test('secrets are there by name, with who holds them', () => {
  const page = pageOf('secrets.md', [...rest, wiki]);
  expect(page).toContain(
    '| `wiki.db` | `password` | made once and kept | [`postgresql`](services/postgresql.md), [`wiki`](services/wiki.md) |',
  );
  expect(page).toContain('| `wiki.key` | `hex` | never changed: it opens what is stored | [`wiki`](services/wiki.md) |');
});

test('the page of alerts says whether anybody hears them', () => {
  const [collector, alarms] = [sampleProvider('collector', 'metrics', 9090), sampleProvider('alarms', 'alerting', 9093)];
  expect(pageOf('alerts.md', [wiki])).toContain('Nothing here collects metrics');
  expect(pageOf('alerts.md', [wiki, collector])).toContain('Nothing here passes alerts on');
  expect(pageOf('alerts.md', [wiki, collector, alarms])).toContain('Nothing here sends it to a telephone');
  const ntfy = sampleService('ntfy', { provides: { notify: { port: 'web', topic: 'bells' } } });
  expect(pageOf('alerts.md', [wiki, collector, alarms, ntfy])).toContain('to whoever subscribed to `bells`');
});

test('the recovery card has the volumes that were copied, the names, the ports and whom to ask', () => {
  const card = pageOf('recovery.md', [...rest, wiki], { ports: { http: 8080, https: 8443 } });
  expect(card).toContain('| daily | `datamancy-test_wiki-files` |');
  expect(card).not.toContain('thumbs');
  expect(card).toContain('`auth.example.org`, `docs.example.org`, `wiki.example.org`');
  expect(card).toContain('| `8443/tcp` | `127.0.0.1` | `caddy` |');
  expect(card).toContain('| The cluster: `anna` | anna@example.org |');
  expect(card).toContain('put the copies into those of the same names');
});

test('a cluster without volumes has no step about them on its card, and one with public certificates none about its authority', () => {
  const card = pageOf('recovery.md', rest, { declaration: { tls: { acme: { email: 'certificates@example.org' } } } });
  expect(card).not.toMatch(/put the copies|datamancy trust/);
  expect(card).toContain('| Certificates | certificates@example.org |');
});

test('the overview has what everybody may enter, what some may, and what is behind them', () => {
  const page = pageOf('index.md', [...rest, wiki, sampleApp('blog')]);
  const [, everybody = '', some = '', behind = ''] = page.split('\n## ');
  expect(everybody).toContain('[blog](https://blog.example.org/)');
  expect(some).toContain('Apps · `operator` and above, `authors` · [about](services/wiki.md)');
  expect(behind).toContain('[postgresql](services/postgresql.md)');
});

function pagesOf(services: readonly Service[], options: SampleOptions = {}): Readonly<Record<string, string>> {
  const stack = sampleStack([sampleApp('docs'), ...services], options);
  const [docs] = stack.services.filter(({ name }) => name === 'docs');
  const { folder } = docs ? renderMkdocsPages(stack, docs) : { folder: {} };
  return Object.fromEntries(
    Object.entries(folder).map(([path, content]) => [
      path,
      printContent(content, { secret: ({ id }) => `value of ${id}`, file: () => '' }),
    ]),
  );
}

function pageOf(path: string, services: readonly Service[], options: SampleOptions = {}): string {
  return pagesOf(services, options)[path] ?? '';
}
