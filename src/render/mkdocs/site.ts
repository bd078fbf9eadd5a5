import type { FinalContent } from '../../service/index.ts';
import { lines, yaml } from '../../service/index.ts';
import { withoutWorkers } from '../../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { byCategory } from '../categories.ts';
import type { Folder } from '../folder.ts';
import { addressesPage } from './addresses-page.ts';
import { alertsPage } from './alerts-page.ts';
import { connectionsOf } from './connections.ts';
import { indexPage } from './index-page.ts';
import { words } from './markdown.ts';
import { peoplePage } from './people-page.ts';
import { reachPage } from './reach-page.ts';
import { recoveryPage } from './recovery-page.ts';
import { secretsPage } from './secrets-page.ts';
import { servicePage } from './service-page.ts';
import { storagePage } from './storage-page.ts';
import { style } from './style.ts';
import { topologyPage } from './topology-page.ts';

/** mkdocs.yml of the cluster's own documentation; its pages lie in `docs` beside it. Nothing in it is loaded from elsewhere. */
export function renderMkdocsConfig(stack: ResolvedStack, { url }: ResolvedService): FinalContent {
  return yaml({
    site_name: `${stack.name} at ${stack.domain}`,
    ...(url === '' ? {} : { site_url: `${url}/` }),
    use_directory_urls: true,
    theme: {
      name: 'material',
      font: false,
      features: [
        'navigation.tabs',
        'navigation.top',
        'navigation.tracking',
        'content.code.copy',
        'search.highlight',
        'search.suggest',
        'toc.follow',
      ],
      palette: [
        {
          media: '(prefers-color-scheme: light)',
          scheme: 'default',
          primary: 'teal',
          toggle: { icon: 'material/brightness-7', name: 'Dark' },
        },
        {
          media: '(prefers-color-scheme: dark)',
          scheme: 'slate',
          primary: 'teal',
          toggle: { icon: 'material/brightness-4', name: 'Light' },
        },
      ],
    },
    extra: { generator: false },
    extra_css: ['style.css'],
    plugins: ['search'],
    markdown_extensions: ['admonition', 'attr_list', 'md_in_html', 'tables', { toc: { permalink: true } }],
    nav: [
      { Overview: 'index.md' },
      {
        Services: byCategory(withoutWorkers(stack)).map(({ title, services }) => ({
          [title]: services.map(({ name, service }) => ({ [navTitle(service.title)]: `services/${name}.md` })),
        })),
      },
      { People: 'people.md' },
      {
        Wiring: [
          { Topology: 'topology.md' },
          { 'Who can reach what': 'reach.md' },
          { 'Addresses and ports': 'addresses.md' },
          { Secrets: 'secrets.md' },
        ],
      },
      { Trouble: [{ Alerts: 'alerts.md' }, { 'Volumes and backups': 'storage.md' }, { 'Recovery card': 'recovery.md' }] },
    ],
  });
}

/** The theme decodes a title once more before it writes it between `<title>` and `</title>`, so no tag may come out of that. */
function navTitle(title: string): string {
  return words(title.replaceAll('<', '‹').replaceAll('>', '›'));
}

/** Every page about this installation: some about the whole, and one for each service. */
export function renderMkdocsPages(stack: ResolvedStack, service: ResolvedService): Folder {
  const connections = connectionsOf(stack);
  const pages = {
    'index.md': indexPage(stack),
    'people.md': peoplePage(stack, service),
    'topology.md': topologyPage(stack),
    'reach.md': reachPage(stack, connections),
    'addresses.md': addressesPage(stack),
    'secrets.md': secretsPage(stack),
    'alerts.md': alertsPage(stack),
    'storage.md': storagePage(stack),
    'recovery.md': recoveryPage(stack),
    ...Object.fromEntries(withoutWorkers(stack).map((one) => [`services/${one.name}.md`, servicePage(stack, one, connections)])),
  };
  return {
    folder: { ...Object.fromEntries(Object.entries(pages).map(([path, page]) => [path, lines(...page)])), 'style.css': lines(style) },
  };
}
