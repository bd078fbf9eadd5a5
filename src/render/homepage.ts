import type { FinalContent } from '../service/index.ts';
import { lines, yaml } from '../service/index.ts';
import { groupsOf } from '../stack/access.ts';
import { withoutWorkers } from '../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { byCategory } from './categories.ts';
import type { CategoryOfServices } from './categories.ts';
import type { Folder } from './folder.ts';
import { groupsInWords } from './groups-in-words.ts';

/** services.yaml: a tile for each address, the same for everybody who may enter the page. https://gethomepage.dev/configs/services/ */
export function renderHomepageServices(stack: ResolvedStack, page: ResolvedService): FinalContent {
  return yaml(tilesOf(stack, page).map(({ title, services }) => ({ [title]: services.map((one) => tileOf(stack, one, page)) })));
}

/** settings.yaml: a group of many tiles has the width of the page. https://gethomepage.dev/configs/settings/ */
export function renderHomepageSettings(stack: ResolvedStack, page: ResolvedService): FinalContent {
  const groups = tilesOf(stack, page).map(({ title, services }) => [
    title,
    services.length > 4 ? { style: 'row', columns: 4 } : { style: 'column' },
  ]);
  return yaml({
    title: stack.name,
    headerStyle: 'clean',
    statusStyle: 'dot',
    useEqualHeights: true,
    quicklaunch: { searchDescriptions: true, hideInternetSearch: true, hideVisitURL: true },
    hideVersion: true,
    disableUpdateCheck: true,
    layout: { ...Object.fromEntries(groups), [manuals]: { style: 'row', columns: 6, initiallyCollapsed: true } },
  });
}

/** bookmarks.yaml: upstream's documentation of all that has a tile. https://gethomepage.dev/configs/bookmarks/ */
export function renderHomepageBookmarks(stack: ResolvedStack, page: ResolvedService): FinalContent {
  const services = tilesOf(stack, page).flatMap((category) => category.services);
  return yaml([{ [manuals]: services.map(({ name, service }) => ({ [service.title]: [{ icon: iconOf(name), href: service.docs }] })) }]);
}

/**
 * An icon for each tile: its initials, in the colour of its category. Homepage would have the browser fetch any icon that it is only told
 * the name of from a public network, and with it tell that network who runs what.
 */
export function renderHomepageIcons(stack: ResolvedStack, page: ResolvedService): Folder {
  const icons = tilesOf(stack, page).flatMap(({ hue, services }) =>
    services.map(({ name, service }) => [
      `${name}.svg`,
      lines(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
        `<rect width="32" height="32" rx="7" fill="hsl(${hue} 45% 40%)"/>`,
        `<text x="16" y="21" text-anchor="middle" font-family="sans-serif" font-size="14" font-weight="600" fill="#fff">${initialsOf(service.title)}</text>`,
        '</svg>',
      ),
    ]),
  );
  return { folder: Object.fromEntries(icons) };
}

/** Bookmarks and services may share no name of a group. */
const manuals = 'Manuals';

function tilesOf(stack: ResolvedStack, page: ResolvedService): readonly CategoryOfServices[] {
  return byCategory(withoutWorkers(stack).filter(({ name, host }) => host !== undefined && name !== page.name));
}

function tileOf(
  stack: ResolvedStack,
  one: ResolvedService,
  page: ResolvedService,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { name, url, service } = one;
  const groups = groupsOf(one);
  const isForAll = groups.length === 0 || groupsOf(page).every((group) => groups.includes(group));
  return {
    [service.title]: {
      href: url,
      description: isForAll ? service.summary : `${service.summary} Only for ${groupsInWords(groups)}.`,
      icon: iconOf(name),
      ...monitorOf(stack, one, page),
    },
  };
}

/**
 * Asks, every half minute while somebody looks, what the healthcheck asks too: without a credential, and only where the page shares a
 * network with the service.
 */
function monitorOf(
  { placement }: ResolvedStack,
  { name, service: { health, route, ports }, networks }: ResolvedService,
  page: ResolvedService,
): { readonly siteMonitor?: string } {
  const port = route && ports[route.port];
  const isNear = networks.some((network) => page.networks.includes(network));
  if (!port || !isNear || !('path' in health) || health.port !== route.port) return {};
  const { host, port: number } = placement.reach(name, route.port, port);
  return { siteMonitor: `http://${host}:${number}${health.path}` };
}

function iconOf(name: string): string {
  return `/icons/${name}.svg`;
}

/** `LA` of `LDAP Account Manager`, `Mi` of `Miniflux`; letters and digits only, so they need no escape. */
function initialsOf(title: string): string {
  const initials = title.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? ['?'];
  return (initials.length > 1 ? initials : (title.match(/[\p{L}\p{N}]/gu) ?? initials)).slice(0, 2).join('');
}
