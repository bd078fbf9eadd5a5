import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { lockImages } from '../../src/deploy/lock-images.ts';
import { renderCompose } from '../../src/render/compose.ts';
import { volume } from '../../src/service/index.ts';
import { unitsOf } from '../../src/stack/workers.ts';
import { sampleApp, sampleEdge, sampleStack } from '../../src/stack/sample.ts';
import { printScores, scoreOf, scoreOfExample, unexplained } from '../bench/scorecard.ts';

const smoke = { path: '/', expect: { status: 200 } } as const;
const sound = sampleApp('planka', { smoke, volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } });
const rooted = sampleApp('rooted', {
  smoke,
  user: '0:0',
  allow: { root: 'it gives files away', capabilities: { CHOWN: 'it gives files away' } },
});

function scored(...apps: readonly (typeof sound)[]) {
  const stack = sampleStack([{ ...sampleEdge, smoke: { ...smoke, port: 'http' } }, ...apps]);
  return scoreOf(stack, renderCompose(stack, { release: 1, digests: {} }));
}

test('a sound stack has everything but a lock, and a reason for that', () => {
  const scores = scored(sound);
  expect(scores.filter(({ held, asked }) => held < asked).map(({ title }) => title)).toEqual(['digest when locked']);
  expect(scores.find(({ title }) => title === 'backup decision')).toMatchObject({ asked: 1, held: 1 });
  expect(unexplained(scores)).toEqual([]);
});

test('an exception is listed with the reason that its definition gives', () => {
  const scores = scored(sound, rooted);
  expect(scores.find(({ title }) => title === 'non-root')).toMatchObject({ asked: 3, held: 2 });
  expect(printScores(scores)).toContain('without non-root:\n  rooted: it gives files away\n');
  expect(printScores(scores)).toMatch(/^non-root +66 % {3}2 of 3$/m);
  expect(unexplained(scores)).toEqual([]);
});

test('what is missing for no reason is told', () => {
  const { smoke: _, ...untried } = sampleApp('untried', { user: '0:0' });
  expect(unexplained(scored(untried))).toEqual(['untried: non-root', 'untried: smoke test, of it or of its service']);
});

test('the file is judged and not the definition', () => {
  const stack = sampleStack([sampleEdge, sound]);
  const scores = scoreOf(stack, renderCompose(stack, { release: 1, digests: {} }).replaceAll('no-new-privileges:true', 'apparmor:none'));
  expect(scores.find(({ title }) => title === 'no-new-privileges')).toMatchObject({ asked: 2, held: 0 });
});

test('with every tag locked, each upstream unit of the full example runs by its digest', async () => {
  const declared = await readFile(join(import.meta.dirname, '../../examples/full/cluster.yaml'), 'utf8');
  const used = Object.values(catalog).flatMap(unitsOf).flatMap(({ image }) => image ?? []);
  const ask = async (image: string) => ({ digest: `sha256:${createHash('sha256').update(image).digest('hex')}` });
  const lock = await lockImages({ before: {}, used, renewed: [], ask, now: new Date(0), signal: new AbortController().signal });
  const score = scoreOfExample(declared, lock).scores.find(({ title }) => title === 'digest when locked');
  expect(score?.asked).toBeGreaterThan(60);
  expect(score?.held).toBe(score?.asked);
});
