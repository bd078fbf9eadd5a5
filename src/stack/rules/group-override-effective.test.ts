import { expect, test } from 'vitest';
import { findingsOf, sampleApp, sampleService } from '../sample.ts';
import { groupOverrideEffective } from './group-override-effective.ts';

test('groups for a service that the sign-on server does not guard are refused', () => {
  const overrides = { planka: { groups: ['staff'] }, worker: { groups: ['staff'] } };
  expect(findingsOf(groupOverrideEffective, [sampleApp('planka'), sampleService('worker')], { overrides })).toEqual([
    expect.stringContaining('planka: groups has no effect here: it decides by itself who may enter, not the sign-on server'),
    'worker: groups has no effect here: it has no route; remove groups',
  ]);
});

test('groups for a service that the sign-on server guards pass', () => {
  const adminer = sampleApp('adminer', { route: { port: 'web', access: { groups: ['admin'] } } });
  expect(findingsOf(groupOverrideEffective, [adminer], { overrides: { adminer: { groups: ['staff'] } } })).toEqual([]);
});
