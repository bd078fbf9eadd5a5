import { expect, test } from 'vitest';
import { findingsOf, sampleApp, sampleSignOn } from '../sample.ts';
import { signOnExists } from './sign-on-exists.ts';

const adminer = sampleApp('adminer', { route: { port: 'web', access: { groups: ['admin'] } } });

test('a route for groups without sign-on is refused', () => {
  expect(findingsOf(signOnExists, [adminer], { others: [sampleSignOn] })).toEqual([
    'services: adminer lets only groups in, and no chosen service does sign-on; add gate under services:',
  ]);
});

test('with sign-on, or with no route for groups, all is well', () => {
  expect(findingsOf(signOnExists, [adminer, sampleSignOn])).toEqual([]);
  expect(findingsOf(signOnExists, [sampleApp('planka')])).toEqual([]);
});
