import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { imagePinned } from './image-pinned.ts';

test.each(['planka', 'ghcr.io/planka', 'localhost:5000/planka', 'planka:latest', 'planka:', 'a b:1', '-x:1'])(
  'the image %s is refused',
  (image) => {
    expect(findingsOf(imagePinned, [sampleService('planka', { image })])).toHaveLength(1);
  },
);

test.each(['planka:2.0.1', 'localhost:5000/a/planka:2.0.1', `planka@sha256:${'0'.repeat(64)}`])('the image %s passes', (image) => {
  expect(findingsOf(imagePinned, [sampleService('planka', { image })])).toEqual([]);
});
