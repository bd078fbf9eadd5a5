import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { imageAvailable } from './image-available.ts';

const none = { image: () => undefined };
const { image: _, ...bare } = sampleService('openldap', { debian: 'openldap' });

test('an image that only upstream has is refused where images are built from Debian', () => {
  expect(findingsOf(imageAvailable, [sampleService('mastodon')], none)).toEqual([
    'mastodon: has no image from Debian, from which images are built here; only upstream has it (example/mastodon:1.0.0): set images: upstream, or leave mastodon out',
  ]);
});

test('an image that only a recipe has is refused where images come from upstream', () => {
  expect(findingsOf(imageAvailable, [bare], none)).toEqual([
    'openldap: has no image from upstream; a recipe for Debian has it (openldap): set images: debian, or leave openldap out',
  ]);
});

test('an image that the chosen source has passes', () => {
  expect(
    findingsOf(imageAvailable, [bare], { image: () => ({ source: 'debian', reference: 'datamancy/test/openldap:1', recipe: 'openldap' }) }),
  ).toEqual([]);
});
