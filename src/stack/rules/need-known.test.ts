import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { needKnown } from './need-known.ts';

test('a kind of need that does not exist is refused with the nearest one', () => {
  const planka = sampleService('planka', { needs: { db: { kind: 'postgress', request: {} } } });
  expect(findingsOf(needKnown, [planka])).toEqual(['planka: its need db asks for "postgress", which is no kind of need; ask for postgres']);
});

test.each(['constructor', '__proto__', 'toString'])('%s, which every object has, is no kind of need', (kind) => {
  expect(findingsOf(needKnown, [sampleService('planka', { needs: { db: { kind, request: {} } } })])).toHaveLength(1);
});
