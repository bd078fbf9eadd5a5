import { expect, test } from 'vitest';
import { findingsOf, sampleApp, sampleEdge, sampleService } from '../sample.ts';
import { edgeExists } from './edge-exists.ts';

test('public names without an edge are one problem that names the edges to choose from', () => {
  expect(findingsOf(edgeExists, [sampleApp('planka'), sampleApp('wekan')], { others: [sampleEdge] })).toEqual([
    'services: planka and wekan have a public name, and no chosen service is the edge; add caddy under services:',
  ]);
});

test('with an edge, or without any public name, all is well', () => {
  expect(findingsOf(edgeExists, [sampleApp('planka'), sampleEdge])).toEqual([]);
  expect(findingsOf(edgeExists, [sampleService('worker')])).toEqual([]);
});
