import { lines, yaml } from '../service/index.ts';
import type { Access, FinalContent } from '../service/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { volumeName } from './volume-name.ts';

/** mkdocs.yml of the cluster's own documentation; its pages lie in `docs` beside it. */
export function renderMkdocsConfig(stack: ResolvedStack, service: ResolvedService): FinalContent {
  return yaml({
    site_name: `${stack.name}: the cluster at ${stack.domain}`,
    ...(service.url === '' ? {} : { site_url: `${service.url}/` }),
    use_directory_urls: true,
    theme: { name: 'material', font: false },
    plugins: ['search'],
    nav: [{ 'This cluster': 'index.md' }],
  });
}

/** One page about this installation: what runs, where, who may enter, and what is kept of it. */
export function renderMkdocsPage(stack: ResolvedStack): FinalContent {
  return lines(
    `# The cluster at ${cell(stack.domain)}`,
    '',
    'Rendered from cluster.yaml: change that file and run `datamancy up`.',
    '',
    ...signingIn(stack),
    '## Services with an address',
    '',
    ...table(
      ['Service', 'What it is for', 'Address', 'Who may enter'],
      stack.services
        .filter(({ host }) => host !== undefined)
        .map((resolved) => [resolved.service.title, resolved.service.summary, `<${resolved.url}>`, whoMayEnter(resolved)]),
    ),
    '## Everything that runs',
    '',
    ...table(
      ['Name', 'What it is for', 'Networks', 'Starts after', 'Documentation'],
      stack.services.map(({ name, service, networks, dependsOn }) => [
        `\`${name}\``,
        service.summary,
        networks.join(', ') || 'none',
        dependsOn.join(', ') || '–',
        `<${service.docs}>`,
      ]),
    ),
    '## What is kept',
    '',
    ...table(
      ['Volume', 'Holds', 'Backup'],
      stack.services.flatMap(({ name, service }) =>
        Object.entries(service.volumes ?? {})
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([volume, { role, backup }]) => [
            `\`${volumeName(name, volume)}\``,
            role,
            typeof backup === 'string' ? backup : `none: ${backup.skip}`,
          ]),
      ),
    ),
    '## Groups',
    '',
    ...stack.groups.map((group) => `- \`${group}\``),
  );
}

function signingIn({ services, providers, declaration }: ResolvedStack): readonly string[] {
  const signOn = services.find(({ name }) => name === providers['sign-on']?.name);
  if (!signOn) return [];
  return [
    '## How to sign in',
    '',
    `Go to <${signOn.url}> and sign in as \`${cell(declaration.admin.name)}\`. The first password is shown by \`datamancy secrets show admin.password\`.`,
    '',
  ];
}

function whoMayEnter({ service, groups }: ResolvedService): string {
  const access: Access | undefined = service.route?.access;
  if (groups) return `groups ${groups.join(', ')}`;
  if (!access) return '–';
  if ('login' in access) return 'whoever signs in';
  if ('directory' in access) return `people of the directory: ${access.why}`;
  return 'open' in access ? `anyone: ${access.open}` : '–';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}

/** Text that stays inside its cell. */
function cell(content: string): string {
  return content.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
