import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { shmEnough } from './shm-enough.ts';

test('a browser with the usual /dev/shm is refused', () => {
  expect(problemsOf([sampleApp('planka', { image: 'ghcr.io/browserless/chromium:v2.38.2' })])).toEqual([
    "shm-enough planka: it has too little /dev/shm: Chromium keeps pages there, and its tabs crash; give it shm: '256MiB' or more",
  ]);
});

test('one with more passes, and whoever needs none', () => {
  expect(
    findingsOf(shmEnough, [sampleApp('planka', { image: 'ghcr.io/browserless/chromium:v2.38.2', shm: '512MiB' }), sampleApp('wekan', {})]),
  ).toEqual([]);
});
