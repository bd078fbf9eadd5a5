import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { basicOneFactor } from './basic-one-factor.ts';

const dav = (access: object): ReturnType<typeof sampleApp> =>
  sampleApp('dav', { route: { port: 'web', access: { groups: ['viewer'], ...access } } });
const message = 'dav: programs sign in here with name and password, so a second factor would shut them out';

test('a second factor where programs send a password is refused, whoever asks for it', () => {
  expect(findingsOf(basicOneFactor, [dav({ basic: 'a test' })], { overrides: { dav: { secondFactor: true } } })).toEqual([
    `${message}; remove second_factor`,
  ]);
  expect(findingsOf(basicOneFactor, [dav({ basic: 'a test', secondFactor: true })])).toEqual([
    `${message}; drop secondFactor, or basic, in its definition`,
  ]);
});

test('one of the two passes', () => {
  expect(findingsOf(basicOneFactor, [dav({ basic: 'a test' })])).toEqual([]);
  expect(findingsOf(basicOneFactor, [dav({ secondFactor: true })])).toEqual([]);
  expect(
    findingsOf(basicOneFactor, [dav({ basic: 'a test', secondFactor: true })], { overrides: { dav: { secondFactor: false } } }),
  ).toEqual([]);
});
