import { expect, test } from 'vitest';
import { pgbouncer } from '../catalog/data/pgbouncer.ts';
import { postgresql } from '../catalog/data/postgresql.ts';
import { postgres } from '../contracts/index.ts';
import { printContent } from '../service/index.ts';
import { findingsOf, sampleApp, sampleStack } from '../stack/sample.ts';
import { databaseConnections } from '../stack/rules/database-connections.ts';
import { serviceOf } from '../stack/stack.ts';

const apps = (count: number, connections?: number) =>
  Array.from({ length: count }, (_, index) =>
    sampleApp(`app-${index}`, { needs: { db: postgres(connections === undefined ? {} : { connections }) } }),
  );

/** What the pool may open to the server if every app goes through it. */
function openedByPool(count: number): number {
  const stack = sampleStack([postgresql, pgbouncer, ...apps(count)]);
  const content = serviceOf(stack, 'pgbouncer')?.files.find(({ name }) => name === 'settings')?.content;
  if (!content || content.format === 'rendered') throw new Error('pgbouncer has no settings');
  const printed = printContent(content, { secret: () => '', file: () => '' });
  return Number(/^max_db_connections ?= ?(\d+)$/m.exec(printed)?.[1]) * (count + 1);
}

test.each([1, 14, 18])('with %d apps behind the pool, it opens no more to PostgreSQL than the rule counts', (count) => {
  const stack = [postgresql, pgbouncer, ...apps(count)];
  expect(findingsOf(databaseConnections, stack)).toEqual([]);
  expect(openedByPool(count) + 3).toBeLessThanOrEqual(204);
});

test('an app that opens few by itself may be given more by the pool, and that is counted', () => {
  expect(openedByPool(20) + 3).toBe(213);
  for (const each of [1, undefined])
    expect(findingsOf(databaseConnections, [postgresql, pgbouncer, ...apps(20, each)])).toEqual([
      expect.stringContaining('its 21 clients may open 213 connections'),
    ]);
  expect(findingsOf(databaseConnections, [postgresql, ...apps(20, 1)])).toEqual([]);
});
