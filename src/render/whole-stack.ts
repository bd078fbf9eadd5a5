import type { FinalContent } from '../service/index.ts';
import type { ResolvedFile, ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { renderAlertmanager } from './alertmanager.ts';
import { renderAuthelia } from './authelia.ts';
import { renderCaddyfile } from './caddy.ts';
import { renderMkdocsConfig, renderMkdocsPage } from './mkdocs.ts';
import { renderPortal } from './portal.ts';
import { renderPrometheus } from './prometheus.ts';
import { renderPrometheusRules } from './prometheus-rules.ts';

/** Makes one file from the whole stack, for the service that declares it. */
type WholeStackRenderer = (stack: ResolvedStack, service: ResolvedService) => FinalContent;

const renderers: ReadonlyMap<string, WholeStackRenderer> = new Map(
  Object.entries({
    alertmanager: renderAlertmanager,
    authelia: renderAuthelia,
    caddyfile: renderCaddyfile,
    'mkdocs-config': renderMkdocsConfig,
    'mkdocs-page': renderMkdocsPage,
    portal: renderPortal,
    prometheus: renderPrometheus,
    'prometheus-rules': renderPrometheusRules,
  }),
);

/** What the file holds, with `rendered(name)` answered by the renderer of that name. A wrong name is a mistake in the service's file. */
export function contentOf(stack: ResolvedStack, service: ResolvedService, { name, content }: ResolvedFile): FinalContent {
  if (content.format !== 'rendered') return content;
  const render = renderers.get(content.by);
  if (render) return render(stack, service);
  throw new Error(`${service.name}: file ${name} wants the renderer "${content.by}"; there are ${[...renderers.keys()].join(', ')}`);
}
