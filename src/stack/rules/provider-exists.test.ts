import { expect, test } from 'vitest';
import { postgres, reach } from '../../contracts/index.ts';
import { optional } from '../../service/index.ts';
import { findingsOf, sampleProvider, sampleService } from '../sample.ts';
import { providerExists } from './provider-exists.ts';

const planka = sampleService('planka', { needs: { db: postgres() } });

test('a need without a provider names the services of the catalog that would do', () => {
  expect(
    findingsOf(providerExists, [planka], {
      others: [sampleProvider('postgresql', 'postgres', 5432), sampleProvider('cockroach', 'postgres', 26257)],
    }),
  ).toEqual(['planka: needs postgres (as db), and no chosen service provides it; add postgresql or cockroach under services:']);
});

test('where the catalog has none either, the fix is to define one', () => {
  expect(findingsOf(providerExists, [planka])).toEqual([
    expect.stringContaining('define a service in services/ that provides postgres, or leave planka out'),
  ]);
});

test('of what it only reaches one provider is enough, and none is a problem too', () => {
  const adminer = sampleService('adminer', { needs: { servers: reach('postgres', 'mariadb') } });
  const [aurora, mariadb] = [sampleProvider('aurora', 'postgres', 5432), sampleProvider('mariadb', 'mariadb', 3306)];
  expect(findingsOf(providerExists, [adminer], { others: [aurora, mariadb] })).toEqual([
    'adminer: needs postgres or mariadb (as servers), and no chosen service provides it; add aurora or mariadb under services:',
  ]);
  expect(findingsOf(providerExists, [adminer, mariadb])).toEqual([]);
  const wiki = sampleService('wiki', { needs: { search: optional(reach('web-search')) } });
  expect(findingsOf(providerExists, [wiki])).toEqual([]);
});

test('a need with a provider passes', () => {
  expect(findingsOf(providerExists, [planka, sampleProvider('postgresql', 'postgres', 5432)])).toEqual([]);
});
