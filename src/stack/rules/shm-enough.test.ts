import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { shmEnough } from './shm-enough.ts';

test('a browser with the usual /dev/shm is refused', () => {
  expect(problemsOf([sampleApp('planka', { image: 'ghcr.io/browserless/chromium:v2.38.2' })])).toEqual([
    "shm-enough planka: it has too little /dev/shm: Chromium keeps pages there, and its tabs crash; give it shm: '256MiB' or more",
  ]);
});

test('PostgreSQL is known by its images, and its exporter needs none', () => {
  const images = ['pgvector/pgvector:0.8.0-pg17', 'docker.io/postgres:17.2', 'prometheuscommunity/postgres-exporter:v0.17.1'];
  const services = images.map((image, i) => sampleApp(`app-${i}`, { image }));
  expect(findingsOf(shmEnough, services).map((found) => found.slice(0, 5))).toEqual(['app-0', 'app-1']);
});

test('one with more passes, and whoever needs none', () => {
  expect(
    findingsOf(shmEnough, [sampleApp('planka', { image: 'ghcr.io/browserless/chromium:v2.38.2', shm: '512MiB' }), sampleApp('wekan', {})]),
  ).toEqual([]);
});
