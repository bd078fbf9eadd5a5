import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { imageTagExact } from './image-tag-exact.ts';

test('a tag that moves with each release is refused', () => {
  expect(problemsOf([sampleApp('planka', { image: 'example/planka:2-alpine' })])).toEqual([
    'image-tag-exact planka: the tag 2-alpine of its image moves with each release; pin the whole version, as in name:1.2.3; where upstream has none, say so in allow: { floatingTag }',
  ]);
});

test('a tag that upstream never versions passes with the reason, and latest never does', () => {
  const allow = { floatingTag: 'upstream releases nothing but its branch' };
  expect(problemsOf([sampleApp('planka', { image: 'example/planka:master', allow })])).toEqual([]);
  expect(findingsOf(imageTagExact, [sampleApp('planka', { image: 'example/planka:master', allow: { floatingTag: ' ' } })])).toHaveLength(1);
  expect(problemsOf([sampleApp('planka', { image: 'example/planka:latest', allow })])).toEqual([
    expect.stringContaining('image-pinned planka'),
  ]);
  expect(problemsOf([sampleApp('planka', { image: 'example/planka:master', allow: { floatingTag: 'no versions' } })])).toEqual([
    expect.stringContaining('exception-has-reason planka: it is allowed a tag that moves without a reason'),
  ]);
});

test('a whole version, a day and a digest pass', () => {
  expect(
    findingsOf(imageTagExact, [
      sampleApp('planka', { image: 'example.net:5000/a:v1.2.3-alpine' }),
      sampleApp('b', { image: 'a:2025-06-13' }),
      sampleApp('c', { image: 'a:stable@sha256:0000000000000000000000000000000000000000000000000000000000000000' }),
    ]),
  ).toEqual([]);
});
