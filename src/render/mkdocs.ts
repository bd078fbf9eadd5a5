import type { FinalContent } from '../service/index.ts';
import { lines, yaml } from '../service/index.ts';
import { withoutWorkers } from '../stack/stack.ts';
import type { ResolvedAccess, ResolvedService, ResolvedStack } from '../stack/stack.ts';
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
    ...rolesInApps(stack),
    ...applicationsOutside(stack),
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
      withoutWorkers(stack).flatMap(({ name, service }) =>
        Object.entries(service.volumes ?? {})
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([volume, { role, backup }]) => [
            `\`${volumeName(name, volume)}\``,
            role,
            typeof backup === 'string' ? backup : `none: ${backup.skip}`,
          ]),
      ),
    ),
    ...seenOfTheMachine(stack),
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

function whoMayEnter({ access }: ResolvedService): string {
  switch (access?.kind) {
    case undefined:
      return '–';
    case 'edge':
    case 'login':
      return `groups ${access.groups.join(', ')}${access.secondFactor ? ', with a second factor' : ''}${bypassed(access)}`;
    case 'directory':
      return `people of the directory: ${access.why}`;
    case 'open':
      return `anyone: ${access.why}`;
  }
}

function bypassed(access: ResolvedAccess): string {
  if (access.kind !== 'edge') return '';
  return access.bypass.map(({ path, authentication }) => `; at \`${path}\` whoever has ${authentication}`).join('');
}

function seenOfTheMachine({ services }: ResolvedStack): readonly string[] {
  const rows = services.flatMap(({ name, service }) =>
    (service.hostPaths ?? []).map(({ path, reason, writable }) => [
      `\`${name}\``,
      `\`${path}\``,
      reason,
      writable === undefined ? 'only read' : `write: ${writable}`,
    ]),
  );
  if (rows.length === 0) return [];
  return ['## What is seen of the machine', '', ...table(['Name', 'Path', 'Why', 'It may'], rows)];
}

function rolesInApps({ services }: ResolvedStack): readonly string[] {
  const rows = services.flatMap(({ service }) =>
    Object.entries(service.route?.roles ?? {}).map(([role, groups]) => [service.title, role, groups.join(', ')]),
  );
  if (rows.length === 0) return [];
  return ['## Roles inside the apps', '', ...table(['Service', 'Role', 'Groups'], rows)];
}

/** What the owner of an application outside enters there. */
function applicationsOutside({ clients, providers }: ResolvedStack): readonly string[] {
  const outside = clients.filter(({ section }) => section === 'clients');
  const issuer = providers['oidc']?.url;
  if (outside.length === 0 || issuer === undefined) return [];
  return [
    '## Applications outside the cluster',
    '',
    `They sign people in here. Their issuer is \`${issuer}\`; a client that finds out the rest by itself asks <${issuer}/.well-known/openid-configuration>.`,
    '',
    ...table(
      ['Application', 'Client id', 'Client secret', 'Comes back to', 'Who may enter'],
      outside.map(({ id, title, secret, redirects, groups = [], secondFactor }) => [
        title,
        `\`${id}\``,
        secret ? `\`datamancy secrets show ${secret.id}\`` : 'none: it is public and uses PKCE',
        redirects.map((address) => `\`${address}\``).join(', '),
        `groups ${groups.join(', ')}${secondFactor ? ', with a second factor' : ''}`,
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}

/** Text that stays inside its cell. */
function cell(content: string): string {
  return content.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
