import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { variableExpanded } from './variable-expanded.ts';

test('words for a shell that nobody runs are refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ DATA: '$HOME/data' }) })])).toEqual([
    'variable-expanded planka: its variable DATA holds $HOME, which nothing replaces; write the value itself, or what a need grants',
  ]);
});

test('other dollars pass', () => {
  expect(
    findingsOf(variableExpanded, [
      sampleApp('planka', {
        env: () => ({ HASH: '$2b$12$abc', PRICE: '5$', EMBED: '$__file{/run/x}', GROUP: '$1', BODY: '$BODY$ select 1 $BODY$' }),
      }),
    ]),
  ).toEqual([]);
});

test('a command without a shell is held to the same', () => {
  const found = findingsOf(variableExpanded, [
    sampleApp('planka', { command: () => ['serve', '--url=$PUBLIC_URL'], health: { command: ['check', '$(hostname)'] } }),
  ]);
  expect(found).toEqual([
    'planka: its command holds $PUBLIC_URL, which nothing replaces; write the value itself, or what a need grants',
    'planka: its health check holds $(hostname), which nothing replaces; write the value itself, or what a need grants',
  ]);
});

test('what a shell replaces passes, and the topics that brokers give themselves', () => {
  const command = (): readonly string[] => ['sh', '-c', 'exec serve --url=$PUBLIC_URL'];
  for (const topic of ['$SYS/broker/uptime', '$SYS.REQ.SERVER.PING', '$JS.API.INFO'])
    expect(findingsOf(variableExpanded, [sampleApp('planka', { command, health: { command: ['subscribe', topic] } })])).toEqual([]);
});

test('a program in a language of its own passes', () => {
  const command = (): readonly string[] => ['perl', '-e', '$SIG{TERM} = sub { exit };\nsleep;'];
  expect(problemsOf([sampleApp('planka', { command })])).toEqual([]);
});
