import { expect, test } from 'vitest';
import { findingsOf, sampleApp, sampleProvider, sampleService } from '../sample.ts';
import { postgres } from '../../contracts/index.ts';
import { providerSingle } from './provider-single.ts';
import { serviceConflict } from './service-conflict.ts';

const mailu = sampleApp('mailu', { conflicts: ['mailserver', 'roundcube'] });

test('alternatives cannot stand together, whichever of them says so: both would bind the ports of mail', () => {
  expect(findingsOf(serviceConflict, [mailu, sampleApp('mailserver'), sampleApp('wiki')])).toEqual([
    "mailu: it cannot stand beside mailserver: each takes the other's place; keep one of the two: datamancy remove mailserver, or datamancy remove mailu",
  ]);
  expect(findingsOf(serviceConflict, [mailu, sampleApp('roundcube', { conflicts: ['mailu'] })])).toHaveLength(1);
});

test('what has no alternative beside it is fine', () => {
  expect(findingsOf(serviceConflict, [mailu, sampleApp('wiki')])).toEqual([]);
});

test('two providers that say themselves that they conflict are told once', () => {
  const services = [
    sampleService('planka', { needs: { db: postgres() } }),
    sampleProvider('postgresql', 'postgres', 5432),
    { ...sampleProvider('timescaledb', 'postgres', 5433), conflicts: ['postgresql'] },
  ];
  expect([findingsOf(serviceConflict, services).length, findingsOf(providerSingle, services)]).toEqual([1, []]);
});
