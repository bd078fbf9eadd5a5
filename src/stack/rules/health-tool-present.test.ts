import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { healthToolPresent } from './health-tool-present.ts';

test('a health check by a program that the image lacks is refused', () => {
  expect(
    problemsOf([sampleApp('planka', { health: { port: 'web', path: '/', via: 'curl' } })], {
      image: () => ({ source: 'debian', reference: 'datamancy/test/planka:1', recipe: 'planka', tools: ['wget', 'sh'] }),
    }),
  ).toEqual(['health-tool-present planka: its health check calls curl, which its image does not have; ask with one of sh, wget']);
});

test('of an image that nobody recorded nothing is claimed', () => {
  expect(findingsOf(healthToolPresent, [sampleApp('planka', { health: { port: 'web', path: '/', via: 'curl' } })])).toEqual([]);
});

test('one that it has passes', () => {
  expect(
    findingsOf(healthToolPresent, [sampleApp('planka', { health: { port: 'web', path: '/' } })], {
      image: () => ({ source: 'debian', reference: 'datamancy/test/planka:1', recipe: 'planka', tools: ['wget', 'sh'] }),
    }),
  ).toEqual([]);
});
