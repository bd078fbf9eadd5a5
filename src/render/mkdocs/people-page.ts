import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { whoMayEnter } from './access-words.ts';
import type { Markdown } from './markdown.ts';
import { code, commands, pageOf, section, table, words } from './markdown.ts';

/** Groups and what they open, roles inside the apps, and applications outside that sign people in here. */
export function peoplePage(stack: ResolvedStack, pages: ResolvedService): Markdown {
  const routed = stack.services.filter(({ access }) => access !== undefined);
  return [
    '# People and groups',
    '',
    'Whoever is in `operator` may do what `viewer` may, and `admin` may do both. The groups that open a service are changed in',
    '`cluster.yaml`, under `services.NAME.groups`; `datamancy validate --access` proves who gets in.',
    '',
    'These pages, like a start page, show the same to everybody who may enter them, also what only some may open.',
    `There is no secret in them, but much to learn about this cluster: \`services.${pages.name}.groups: [operator]\` keeps them to fewer.`,
    '',
    ...section(
      'Who may enter what',
      table(
        ['Service', 'Who may enter'],
        routed.map((one) => [`[${words(one.service.title)}](services/${one.name}.md)`, whoMayEnter(one)]),
      ),
    ),
    ...section(
      'Roles inside the apps',
      table(
        ['Service', 'Role', 'Groups'],
        routed.flatMap(({ name, service }) =>
          Object.entries(service.route?.roles ?? {}).map(([role, groups]) => [
            pageOf({ name }, 'services/'),
            words(role),
            groups.map(code).join(', '),
          ]),
        ),
      ),
    ),
    ...section('Groups that exist from the start', [...stack.groups.map((group) => `- ${code(group)}`), '']),
    ...section(
      'Everyday tasks',
      commands(
        ['datamancy users add NAME --email ADDRESS --groups viewer', 'a new person, with a link good for one password'],
        ['datamancy users groups NAME --add operator', 'more rights'],
        ['datamancy users passwd NAME', 'a link to choose another password'],
        ['datamancy users forget-second-factor NAME', 'the telephone is lost'],
        ['datamancy users disable NAME', 'nobody enters with that name any more'],
      ),
    ),
    ...applicationsOutside(stack),
  ];
}

/** What the owner of an application outside enters there. */
function applicationsOutside({ clients, providers }: ResolvedStack): Markdown {
  const issuer = providers['oidc']?.url;
  const outside = clients.filter(({ section: declared }) => declared === 'clients');
  if (outside.length === 0 || issuer === undefined) return [];
  return section('Applications outside the cluster', [
    `They sign people in here. Their issuer is ${code(issuer)}; a client that finds out the rest by itself asks`,
    `<${issuer}/.well-known/openid-configuration>.`,
    '',
    ...table(
      ['Application', 'Client id', 'Client secret', 'Comes back to', 'Who may enter'],
      outside.map(({ id, title, secret, redirects, groups = [], secondFactor }) => [
        words(title),
        code(id),
        secret ? code(`datamancy secrets show ${secret.id}`) : 'none: it is public and uses PKCE',
        redirects.map(code).join(', '),
        `${groups.map(code).join(', ')}${secondFactor ? ', with a second factor' : ''}`,
      ]),
    ),
  ]);
}
