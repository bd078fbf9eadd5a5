import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import { findingsOf, sampleEdge, sampleProvider, sampleService } from '../sample.ts';
import { providerSingle } from './provider-single.ts';

test('two providers of something that is needed are refused', () => {
  const services = [
    sampleService('planka', { needs: { db: postgres() } }),
    sampleProvider('pg-a', 'postgres', 5432),
    sampleProvider('pg-b', 'postgres', 5433),
  ];
  expect(findingsOf(providerSingle, services)).toEqual([
    'pg-b: pg-a and pg-b both provide postgres; keep one of them and leave the other out',
  ]);
});

test('two edges are refused though no service states a need for one', () => {
  expect(findingsOf(providerSingle, [sampleEdge, sampleProvider('traefik', 'edge', 8443)])).toHaveLength(1);
});

test('two providers that nobody needs may stand side by side', () => {
  expect(findingsOf(providerSingle, [sampleProvider('pg-a', 'postgres', 5432), sampleProvider('pg-b', 'postgres', 5433)])).toEqual([]);
});
