import { expect, test } from 'vitest';
import { mariadb, mariadbArguments, postgres, postgresArguments } from '../../contracts/index.ts';
import type { Service } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleProvider } from '../sample.ts';
import { databaseConnections } from './database-connections.ts';

const server: Service = {
  ...sampleProvider('postgresql', 'postgres', 5432),
  limits: { memory: '128MiB', cpus: 1 },
  command: ({ here }) => ['postgres', ...postgresArguments(here.limits)],
};
const apps = ['board', 'chat', 'wiki'].map((name) => sampleApp(name, { needs: { db: postgres() } }));

test('more connections than the server takes are refused, with the memory that would be enough', () => {
  expect(findingsOf(databaseConnections, [server, ...apps])).toEqual([
    'postgresql: its 3 clients may open 33 connections, with those for the administrator, and it takes 25; write limits: {memory: 256MiB} for it, or leave clients out',
  ]);
  const overrides = { postgresql: { limits: { memory: '256MiB' } } } as const;
  expect(findingsOf(databaseConnections, [server, ...apps], { overrides })).toEqual([]);
});

test('the memory that is told is enough', () => {
  const app = sampleApp('chat', { needs: { db: postgres({ connections: 225 }) } });
  expect(findingsOf(databaseConnections, [{ ...server, limits: { memory: '1GiB', cpus: 1 } }, app])).toEqual([
    expect.stringContaining('write limits: {memory: 1152MiB} for it'),
  ]);
  expect(findingsOf(databaseConnections, [{ ...server, limits: { memory: '1152MiB', cpus: 1 } }, app])).toEqual([]);
});

test('where no memory is enough, a pool in front is named', () => {
  const app = sampleApp('chat', { needs: { db: postgres({ connections: 600 }) } });
  expect(findingsOf(databaseConnections, [server, app])).toEqual([expect.stringContaining('put pgbouncer between them')]);
});

test('a client that says how many it opens is taken at its word', () => {
  const app = (connections: number): Service => sampleApp('chat', { needs: { db: mariadb({ connections }) } });
  const maria: Service = {
    ...sampleProvider('mariadb', 'mariadb', 3306),
    command: ({ here }) => ['mariadbd', ...mariadbArguments(here.limits)],
  };
  expect(findingsOf(databaseConnections, [maria, app(22)])).toEqual([]);
  expect(findingsOf(databaseConnections, [maria, app(23)])).toEqual([expect.stringContaining('may open 26 connections')]);
});

test('a server that does not say what it takes is not judged', () => {
  const silent = sampleProvider('postgresql', 'postgres', 5432);
  expect(findingsOf(databaseConnections, [silent, ...apps])).toEqual([]);
});
