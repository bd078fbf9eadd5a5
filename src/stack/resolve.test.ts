import { expect, test } from 'vitest';
import { bouncer, ldap, oidc, postgres, reach, relay, secret, smtp } from '../contracts/index.ts';
import type { ReachGrant } from '../contracts/index.ts';
import type { Secret } from '../service/index.ts';
import { file, optional } from '../service/index.ts';
import { byName, sampleApp, sampleEdge, sampleProvider, sampleService, sampleStack } from './sample.ts';
import { checkStack } from './rules/index.ts';
import { serviceOf } from './stack.ts';

const database = sampleProvider('postgresql', 'postgres', 5432);

test('services come sorted by name, whatever the order of the declaration', () => {
  const stack = sampleStack([sampleApp('wiki'), sampleEdge, sampleApp('board')]);
  expect(stack.services.map(({ name }) => name)).toEqual(['board', 'caddy', 'wiki']);
});

test('a need is granted, and the client waits for its provider', () => {
  const wiki = serviceOf(sampleStack([database, sampleApp('wiki', { needs: { db: postgres() } })]), 'wiki');
  expect(wiki).toMatchObject({
    dependsOn: ['postgresql'],
    unmet: [],
    grants: [
      {
        kind: 'postgres',
        client: 'wiki',
        key: 'db',
        provider: 'postgresql',
        grant: { host: 'postgresql', port: 5432, name: 'wiki', user: 'wiki' },
      },
    ],
  });
});

test('an unmet need names the candidates of the catalog, and leaves the functions of its service alone', () => {
  const wiki = sampleApp('wiki', {
    needs: { db: postgres() },
    env: ({ db }) => ({ HOST: (db as { host: string }).host }),
  });
  const stack = sampleStack([wiki], { others: [database], overrides: { wiki: { env: { A: 1 } } } });
  expect(serviceOf(stack, 'wiki')).toMatchObject({
    unmet: [{ key: 'db', kind: 'postgres', providers: [], candidates: ['postgresql'] }],
    env: { A: 1 },
  });
});

test('the owner’s overrides win over the definition', () => {
  const wiki = sampleApp('wiki', { route: { port: 'web', access: { groups: ['viewer'] } }, env: () => ({ A: 'theirs', B: 'theirs' }) });
  const overrides = {
    wiki: { host: 'docs', groups: ['staff'], secondFactor: true, limits: { memory: '1GiB', pids: 10 }, env: { A: 'mine' } },
  } as const;
  expect(serviceOf(sampleStack([wiki], { overrides, ports: { http: 80, https: 8443 } }), 'wiki')).toMatchObject({
    host: 'docs.example.org',
    url: 'https://docs.example.org:8443',
    access: { kind: 'edge', groups: ['staff'], secondFactor: true },
    limits: { memoryBytes: 1024 ** 3, cpus: 1, pids: 10 },
    env: { A: 'mine', B: 'theirs' },
  });
});

test('every group that a route names exists from the start, beside the three tiers', () => {
  const wiki = sampleApp('wiki', { route: { port: 'web', access: { groups: ['book-club', 'admin'] } } });
  expect(sampleStack([wiki]).groups).toEqual(['admin', 'book-club', 'operator', 'viewer']);
});

test('each secret is asked for once: own ones, those of grants, and those a provider brings', () => {
  const wiki = sampleApp('wiki', { needs: { db: postgres(), people: ldap(), key: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }) } });
  const stack = sampleStack([wiki, database, sampleProvider('openldap', 'ldap', 389)]);
  expect(stack.secrets.map(({ id }) => id)).toContain('admin.password');
  expect(stack.secrets.filter(({ id }) => id.startsWith('wiki.')).map(({ id, keeps }) => [id, keeps])).toEqual([
    ['wiki.db', undefined],
    ['wiki.key', 'data'],
    ['wiki.people', undefined],
  ]);
});

test('a secret used as a file in several places is mounted once', () => {
  const needs = { key: secret({ kind: 'uuid' }) };
  const wiki = sampleApp('wiki', {
    needs,
    env: ({ key }) => ({ A_FILE: file(key as Secret), B_FILE: file(key as Secret) }),
    command: ({ key }) => [file(key as Secret)],
  });
  expect(serviceOf(sampleStack([wiki]), 'wiki')?.secretFiles).toEqual([{ kind: 'secret', id: 'wiki.key' }]);
});

test('a tool that reaches every database waits for those there are', () => {
  const adminer = sampleApp('adminer', {
    needs: { servers: reach('postgres', 'mariadb') },
    env: ({ servers }) => ({ SERVERS: JSON.stringify((servers as ReachGrant).targets) }),
  });
  expect(serviceOf(sampleStack([adminer, database]), 'adminer')).toMatchObject({
    dependsOn: ['postgresql'],
    env: { SERVERS: '[{"contract":"postgres","service":"postgresql","host":"postgresql","port":5432,"url":""}]' },
  });
});

test('who turns banned addresses away does not wait for the one who bans them', () => {
  const gate = sampleApp('gate', { needs: { bouncer: bouncer(), directory: ldap() } });
  const stack = sampleStack([gate, sampleProvider('crowdsec', 'bouncer', 8080), sampleProvider('openldap', 'ldap', 389)]);
  expect(serviceOf(stack, 'gate')).toMatchObject({ dependsOn: ['openldap'], grants: [{ provider: 'crowdsec' }, { provider: 'openldap' }] });
});

test('who signs people in by itself waits for the sign-on server and for the edge, through which it asks it', () => {
  const signOn = sampleProvider('gate', 'oidc', 9091);
  const reader = sampleApp('reader', { needs: { signIn: oidc({ callback: '/callback' }) } });
  expect(serviceOf(sampleStack([sampleEdge, signOn, reader]), 'reader')?.dependsOn).toEqual(['caddy', 'gate']);
});

test('a cluster with an edge has an authority for its own domain, and one without has none', () => {
  const authority = { id: 'cluster.authority', spec: { kind: 'authority', name: 'test', domain: 'example.org' } };
  expect(sampleStack([sampleEdge, sampleApp('wiki')]).secrets).toEqual([authority]);
  expect(sampleStack([database]).secrets).toEqual([]);
});

test('names that every object has are never found where nobody put them', () => {
  const odd = sampleService('wiki', { needs: { a: { kind: 'constructor', request: {} } }, provides: { toString: { port: 'valueOf' } } });
  const stack = sampleStack([odd], { declaration: { services: { wiki: {}, constructor: {}, hasOwnProperty: {} } } });
  expect(stack.services.map(({ name }) => name)).toEqual(['wiki']);
  expect(stack.services[0]?.unmet).toHaveLength(1);
});

test('a thousand services are resolved and checked, and nothing is lost', () => {
  const services = [
    sampleEdge,
    database,
    ...Array.from({ length: 998 }, (_, n) =>
      sampleApp(`app-${n}`, { needs: { db: postgres(), key: secret({ kind: 'uuid' }) }, env: ({ key }) => ({ KEY: key as Secret }) }),
    ),
  ];
  const catalog = byName(services);
  const stack = sampleStack(services);
  expect([stack.services.length, stack.grants.length, stack.secrets.length, checkStack(stack, catalog).length]).toEqual([
    1000, 998, 1997, 0,
  ]);
});

test('a need that may go unanswered is no problem without a provider, and granted with one', () => {
  const wiki = sampleApp('wiki', {
    needs: { mail: optional(smtp()) },
    env: ({ mail }) => ({ HOST: (mail as { host: string } | undefined)?.host ?? 'none' }),
  });
  expect(serviceOf(sampleStack([wiki]), 'wiki')).toMatchObject({ unmet: [], env: { HOST: 'none' } });
  const postfix = sampleProvider('postfix', 'smtp', 587);
  expect(serviceOf(sampleStack([wiki, postfix]), 'wiki')).toMatchObject({ unmet: [], dependsOn: ['postfix'], env: { HOST: 'postfix' } });
});

test('a mail server outside answers where the cluster has none; nobody waits for it, and its password is the owner’s to give', () => {
  const mail = { host: 'smtp.example.net', port: 465, user: 'anna', from: 'cluster@example.org' };
  const wiki = sampleApp('wiki', { needs: { mail: smtp() } });
  const stack = sampleStack([wiki], { declaration: { mail } });
  expect(serviceOf(stack, 'wiki')).toMatchObject({
    unmet: [],
    dependsOn: [],
    networks: ['apps', 'edge'],
    grants: [{ kind: 'smtp', provider: '', grant: { ...mail, password: { kind: 'secret', id: 'mail.relayPassword' } } }],
  });
  expect(stack.secrets).toEqual([{ id: 'mail.relayPassword', spec: { kind: 'supplied', about: 'password of anna at smtp.example.net' } }]);
  const inside = sampleStack([wiki, sampleProvider('postfix', 'smtp', 587)], { declaration: { mail } });
  expect(serviceOf(inside, 'wiki')?.grants).toMatchObject([{ provider: 'postfix', grant: { host: 'postfix' } }]);
});

test('a mail server of the cluster is granted the one outside as its relay, and waits for nobody', () => {
  const mail = { host: 'smtp.example.net', port: 587, user: 'anna', from: 'anna@example.net', authority: 'a certificate' };
  const postfix = { ...sampleProvider('postfix', 'smtp', 587), needs: { relay: optional(relay()) } };
  const { from: _, ...account } = mail;
  const stack = sampleStack([postfix], { declaration: { mail } });
  expect(serviceOf(stack, 'postfix')).toMatchObject({
    dependsOn: [],
    grants: [{ kind: 'relay', provider: '', grant: { ...account, password: { kind: 'secret', id: 'mail.relayPassword' } } }],
  });
  expect(stack.secrets.map(({ id }) => id)).toEqual(['mail.relayPassword']);
  expect(serviceOf(sampleStack([postfix]), 'postfix')).toMatchObject({ unmet: [], grants: [] });
});

test('an application outside has a secret of its own unless it is public, and its groups exist', () => {
  const redirects = ['https://grafana.example.net/callback'];
  const clients = { grafana: { redirects, groups: ['staff'] }, cli: { redirects, public: true, scopes: ['openid', 'offline_access'] } };
  const stack = sampleStack([], { declaration: { clients } });
  expect(stack.secrets).toEqual([{ id: 'clients.grafana', spec: { kind: 'oidc-client' } }]);
  expect(stack.groups).toContain('staff');
  expect(stack.clients).toMatchObject([
    {
      id: 'cli',
      isPublic: true,
      authMethod: 'none',
      grants: ['authorization_code', 'refresh_token'],
      groups: ['admin', 'operator', 'viewer'],
    },
    { id: 'grafana', isPublic: false, authMethod: 'client_secret_basic', grants: ['authorization_code'], groups: ['staff'] },
  ]);
});
