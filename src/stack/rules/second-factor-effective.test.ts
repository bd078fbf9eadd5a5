import { expect, test } from 'vitest';
import { findingsOf, sampleApp, sampleService } from '../sample.ts';
import { secondFactorEffective } from './second-factor-effective.ts';

test('a second factor for a service that the sign-on server does not guard is refused', () => {
  const overrides = { planka: { secondFactor: true }, worker: { secondFactor: false } };
  expect(findingsOf(secondFactorEffective, [sampleApp('planka'), sampleService('worker')], { overrides })).toEqual([
    'planka: second_factor has no effect here: it decides by itself who may enter, not the sign-on server; remove second_factor',
    'worker: second_factor has no effect here: it has no route; remove second_factor',
  ]);
});

test('for one that it guards it passes, and so does none at all', () => {
  const adminer = sampleApp('adminer', { route: { port: 'web', access: { groups: ['admin'] } } });
  expect(findingsOf(secondFactorEffective, [adminer], { overrides: { adminer: { secondFactor: true } } })).toEqual([]);
  expect(findingsOf(secondFactorEffective, [sampleApp('planka')])).toEqual([]);
});
