import { expect, test } from 'vitest';
import { ldap, postgres } from '../contracts/index.ts';
import { openLink } from '../kit/link-token.ts';
import { memoryRuntime } from '../runtime/memory.ts';
import type { ExecResult } from '../runtime/runtime.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleSignOn, sampleStack } from '../stack/sample.ts';
import { askSignOn } from './ask-sign-on.ts';
import { usersOfGroup } from './group-use.ts';
import { passwordLink } from './link.ts';
import { servicesFor, tracesOf } from './traces.ts';

const { signal } = new AbortController();
const data = { path: '/data', role: 'data', backup: 'daily' } as const;
const cache = { path: '/cache', role: 'cache', backup: { skip: 'made again' } } as const;
const signOn = { ...sampleSignOn, provides: { 'sign-on': { port: 'web', links: 'resetSecret' } } };

const stack = sampleStack([
  sampleEdge,
  signOn,
  sampleProvider('openldap', 'ldap', 389),
  sampleProvider('postgresql', 'postgres', 5432),
  sampleApp('blog', { volumes: { posts: data } }),
  sampleApp('calendar', {
    needs: { people: ldap() },
    volumes: { events: data },
    route: { port: 'web', access: { directory: 'people', why: 'a test' } },
  }),
  sampleApp('club', { volumes: { files: data }, route: { port: 'web', access: { groups: ['club'] }, roles: { chair: ['chairs'] } } }),
  sampleApp('wiki', { needs: { db: postgres() }, volumes: { cache, pages: data }, route: { port: 'web', access: { groups: ['viewer'] } } }),
  sampleApp('counter', { route: { port: 'web', access: { groups: ['viewer'] } } }),
]);

test('what a person leaves behind lies in the data and databases of what that person could enter', () => {
  expect(tracesOf(stack, { groups: ['operator'] })).toEqual([
    { service: 'calendar', title: 'calendar', url: 'https://calendar.example.org', volumes: ['events'], databases: [] },
    { service: 'wiki', title: 'wiki', url: 'https://wiki.example.org', volumes: ['pages'], databases: ['postgresql/wiki'] },
  ]);
  expect(servicesFor(stack, { groups: ['club'] }).map(({ name }) => name)).toEqual(['calendar', 'club']);
});

test('a group is used by routes, roles of apps and clients outside', () => {
  expect(usersOfGroup(stack, 'club')).toEqual(['club']);
  expect(usersOfGroup(stack, 'chairs')).toEqual(['club']);
  expect(usersOfGroup(stack, 'operator')).toEqual(['counter', 'wiki']);
  expect(usersOfGroup(stack, 'nobody-asks')).toEqual([]);
});

test('a link is signed with the sign-on server’s own secret and stands on the state of the password', async () => {
  const revealed: string[] = [];
  const reveal = (id: string): string => {
    revealed.push(id);
    return 'the key of a test';
  };
  const link = await passwordLink(stack, { name: 'ben', passwordState: '1 20260101000000Z' }, 'reset', reveal);
  expect(link).toMatchObject({
    kind: 'link',
    url: expect.stringMatching(/^https:\/\/auth\.example\.org\/reset-password\/new\?token=[\w.-]+$/),
  });
  const token = link.kind === 'link' ? (new URL(link.url).searchParams.get('token') ?? '') : '';
  const opened = await openLink(token, 'the key of a test', Date.now());
  expect([opened?.subject, opened?.purpose, opened?.isMadeIn('1 20260101000000Z')]).toEqual(['ben', 'reset', true]);
  expect(revealed).toEqual(['gate.resetSecret']);
});

test('another sign-on server sends its own links from its own page; without one there is none', async () => {
  const other = sampleStack([sampleEdge, { ...sampleSignOn, provides: { 'sign-on': { port: 'web', resets: '/reset' } } }]);
  const person = { name: 'ben', passwordState: '' };
  expect(await passwordLink(other, person, 'welcome', () => '')).toEqual({ kind: 'page', url: 'https://auth.example.org/reset' });
  expect(await passwordLink(sampleStack([]), person, 'welcome', () => '')).toEqual({ kind: 'none' });
});

test.each([
  ['its answer', { status: 0, stdout: '{"level":"info"}\n{"totp":true,"passkeys":2}\n', stderr: '' }, { totp: true, passkeys: 2 }],
  ['a refusal', { status: 1, stdout: '', stderr: 'error[E_GATE_CONFIG]: no\nfix: mend it' }, { why: 'error[E_GATE_CONFIG]: no' }],
])('the sign-on server is asked in its own unit: %s', async (_, result: ExecResult, answer) => {
  const inputs: (string | undefined)[] = [];
  const runtime = memoryRuntime(() => ({
    exec: (_argv, input) => {
      inputs.push(input);
      return result;
    },
  }));
  const question = { kind: 'second-factors', id: '1' } as const;
  expect(await askSignOn(stack, runtime, question, signal)).toEqual({ why: 'gate does not run (absent)' });
  await runtime.apply({ number: 1, directory: '/', services: { gate: { digest: 'x' } } }, ['gate'], signal);
  expect(await askSignOn(stack, runtime, question, signal)).toEqual(answer);
  expect(inputs).toEqual([JSON.stringify(question)]);
});
