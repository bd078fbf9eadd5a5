import { levelTitles, provenLevel } from '../../levels/levels.ts';
import type { SecretNeedRequest } from '../../contracts/secret.ts';
import { inUnits } from '../../stack/memory.ts';
import { serviceOf } from '../../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { publishedPorts } from '../published-ports.ts';
import { howAccessIsDecided } from './access-words.ts';
import { alertRows } from './alerts-page.ts';
import type { Connection } from './connections.ts';
import type { Markdown } from './markdown.ts';
import { code, commands, external, pageOf, section, table, words } from './markdown.ts';
import { neighboursPicture } from './neighbours-picture.ts';
import { hardeningOf } from './service-hardening.ts';
import { backupWords } from './storage-page.ts';

/** All that the declaration knows of one service and its workers. */
export function servicePage(stack: ResolvedStack, one: ResolvedService, connections: readonly Connection[]): Markdown {
  const { name, service, url } = one;
  const units = stack.services.filter(({ family }) => family === name);
  const isOwn = (unit: string): boolean => units.some((each) => each.name === unit);
  const own = connections.filter(({ from, to }) => isOwn(from) || isOwn(to));
  return [
    `# ${words(service.title)}`,
    '',
    words(service.summary),
    '',
    ...(service.caution === undefined ? [] : ['!!! warning "Before you rely on it"', `    ${words(service.caution)}`, '']),
    ...(url === '' ? [] : [`[Open ${words(service.title)}](${url}/){ .md-button .md-button--primary }`, '']),
    ...facts(stack, one),
    ...section('Who may enter', [...howAccessIsDecided(one).flatMap((sentence) => [sentence, '']), ...roles(one)]),
    ...section('What it needs', needs(one)),
    ...section('Connections', [
      ...neighboursPicture(name, own, (unit) => serviceOf(stack, unit)?.family ?? unit),
      ...table(
        ['From', 'To', 'For'],
        own.map(({ from, to, whys }) => [unitLink(stack, from), unitLink(stack, to), whys.map(words).join(', ')]),
      ),
    ]),
    ...section(
      'What it keeps',
      table(
        ['Volume', 'Path', 'Holds', 'Backup'],
        Object.entries(service.volumes ?? {}).map(([volume, { path, role, backup }]) => [
          code(volume),
          code(path),
          role,
          backupWords(backup),
        ]),
      ),
      'Nothing on disk.',
    ),
    ...section(
      units.length === 1 ? 'Its unit' : 'Its units',
      table(
        ['Unit', 'Networks', 'Memory', 'Processors', 'Processes'],
        units.map((unit) => [
          code(unit.name),
          unit.networks.map(code).join(', ') || 'none',
          inUnits(unit.limits.memoryBytes),
          String(unit.limits.cpus),
          String(unit.limits.pids),
        ]),
      ),
    ),
    ...section('Exceptions from the hardening', table(['Unit', 'Exception', 'Why'], units.flatMap(hardeningOf)), 'None.'),
    ...section('What can ring', alertRows(service.alerts ?? [])),
    ...section(
      'What a line of its log means',
      table(
        ['A line with', 'Means'],
        (service.logs ?? []).map(({ pattern, means }) => [code(pattern), words(means)]),
      ),
    ),
    ...section('How it is proved', proof(one)),
    ...section('Commands', commandsOf(one, units)),
  ];
}

function unitLink(stack: ResolvedStack, name: string): string {
  return pageOf(serviceOf(stack, name) ?? { name }, '');
}

function facts(stack: ResolvedStack, one: ResolvedService): Markdown {
  const { name, url, service, image } = one;
  const level = provenLevel(name);
  const ports = publishedPorts(stack, one).map(({ published, protocol }) => code(`${published}/${protocol}`));
  const rows = table(
    ['Fact', 'Here'],
    [
      ['Name', code(name)],
      ...(url === '' ? [] : [['Address', `<${url}>`]]),
      ...(ports.length === 0 ? [] : [['Ports of the machine', ports.join(', ')]]),
      ...(url === '' && ports.length === 0 ? [['Address', 'none: it is reached from inside the cluster only']] : []),
      [
        'Level',
        level === undefined
          ? 'none: the tests know no service of this name'
          : `**${level}** of ${levelTitles.length - 1}: ${levelTitles[level]}`,
      ],
      ['Image', image ? code(image.reference) : 'none'],
      ['Runs as', code(service.user)],
      ['Licence', words(service.licence)],
      ['Its own documentation', external(service.docs.replace('https://', ''), service.docs)],
    ],
  );
  return ['<div class="facts" markdown>', '', ...rows, '</div>', ''];
}

function roles({ service: { route } }: ResolvedService): Markdown {
  return table(
    ['Role in the app', 'Groups'],
    Object.entries(route?.roles ?? {}).map(([role, groups]) => [words(role), groups.map(code).join(', ')]),
  );
}

function needs({ name, service, grants }: ResolvedService): Markdown {
  return table(
    ['Need', 'Kind', 'Given by'],
    Object.entries(service.needs ?? {})
      .filter(([, { kind }]) => kind !== 'reach')
      .map(([key, need]) => [code(key), words(need.kind), giverOf(key, need)]),
  );

  function giverOf(key: string, need: { readonly kind: string; readonly request: unknown }): string {
    if (need.kind === 'secret') {
      const guards = (need.request as SecretNeedRequest).keeps === 'data' ? ': it opens what is stored' : '';
      return `the secret ${code(`${name}.${key}`)}${guards}`;
    }
    const grant = grants.find((one) => one.key === key);
    if (!grant) return 'nobody here; it does without';
    if (grant.provider !== '') return pageOf({ name: grant.provider }, '');
    if (grant.kind.startsWith('evm-')) return `${code('payments')} in ${code('cluster.yaml')}`;
    return grant.kind === 'certificate' ? 'the cluster’s own authority' : 'a server outside the cluster';
  }
}

function proof({ service: { health, smoke } }: ResolvedService): Markdown {
  const asked =
    'command' in health ? code(health.command.join(' ')) : `port ${code(health.port)}${'path' in health ? ` at ${code(health.path)}` : ''}`;
  return [`Healthy when: ${asked}.`, '', ...(smoke ? [`\`datamancy validate\` tries: ${tried(smoke)}.`, ''] : [])];
}

function tried(smoke: NonNullable<ResolvedService['service']['smoke']>): string {
  if ('command' in smoke)
    return `${code(smoke.command.join(' '))}${smoke.expect === undefined ? '' : `, which says ${code(smoke.expect)}`}`;
  const { status = 200, text } = smoke.expect;
  return `${code(smoke.path)}, which answers ${status}${text === undefined ? '' : ` with ${code(text)}`}`;
}

function commandsOf({ name, host }: ResolvedService, units: readonly ResolvedService[]): Markdown {
  return commands(
    ...(host === undefined ? [] : [[`datamancy open ${name}`, 'open it in a browser'] as const]),
    ...units.map(
      (unit) => [`datamancy logs ${unit.name} --follow`, unit.name === name ? 'what it prints' : `what ${unit.name} prints`] as const,
    ),
    ['datamancy status', 'whether it runs'],
    [`datamancy remove ${name}`, 'take it out of cluster.yaml; its data stays'],
  );
}
