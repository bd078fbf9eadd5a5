import type { FinalContent } from '../service/index.ts';
import type { ResolvedFile, ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { renderAlertmanager } from './alertmanager.ts';
import { renderAuthelia } from './authelia.ts';
import { renderCaddyfile } from './caddy.ts';
import type { Folder } from './folder.ts';
import { renderGrafanaDashboards } from './grafana.ts';
import { renderHomepageBookmarks, renderHomepageIcons, renderHomepageServices, renderHomepageSettings } from './homepage.ts';
import { renderKopiaPolicies } from './kopia.ts';
import { renderMkdocsConfig, renderMkdocsPages } from './mkdocs/site.ts';
import { renderPortal } from './portal.ts';
import { renderPrometheus } from './prometheus.ts';
import { renderProbeModules } from './prometheus-probes.ts';
import { renderPrometheusRules } from './prometheus-rules.ts';

/**
 * Makes what a service declares as `rendered(name)` from the whole stack: one file, or a {@link Folder} where the declared `path`
 * is that of a directory. A folder is written as files of the release below the service's name, and a container gets it as one mount,
 * so it may hold as many files as the stack asks for; where it shows a secret, all of it is private.
 */
type WholeStackRenderer = (stack: ResolvedStack, service: ResolvedService) => FinalContent | Folder;

const renderers: ReadonlyMap<string, WholeStackRenderer> = new Map(
  Object.entries({
    alertmanager: renderAlertmanager,
    authelia: renderAuthelia,
    caddyfile: renderCaddyfile,
    'grafana-dashboards': renderGrafanaDashboards,
    'homepage-bookmarks': renderHomepageBookmarks,
    'homepage-icons': renderHomepageIcons,
    'homepage-services': renderHomepageServices,
    'homepage-settings': renderHomepageSettings,
    'kopia-policies': renderKopiaPolicies,
    'mkdocs-config': renderMkdocsConfig,
    'mkdocs-pages': renderMkdocsPages,
    portal: renderPortal,
    'probe-modules': renderProbeModules,
    prometheus: renderPrometheus,
    'prometheus-rules': renderPrometheusRules,
  }),
);

/** What is at the path, with `rendered(name)` answered by the renderer of that name. A wrong name is a mistake in the service's file. */
export function contentOf(stack: ResolvedStack, service: ResolvedService, { name, content }: ResolvedFile): FinalContent | Folder {
  if (content.format !== 'rendered') return content;
  const render = renderers.get(content.by);
  if (render) return render(stack, service);
  throw new Error(`${service.name}: file ${name} wants the renderer "${content.by}"; there are ${[...renderers.keys()].join(', ')}`);
}
