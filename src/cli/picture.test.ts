import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Phase } from '../deploy/outcome.ts';
import { wrapWords } from './output.ts';
import type { Canvas, UnitLine } from './picture.ts';
import { drawBuild, drawUnits } from './picture.ts';

const canvas: Canvas = { columns: 40, rows: 24, frame: '*', seconds: '3.0 s' };

function linesOf(picture: string): readonly string[] {
  return stripVTControlCharacters(picture).split('\n');
}

function units(count: number, phase: Phase): readonly UnitLine[] {
  return Array.from({ length: count }, (_, number) => ({ service: `${phase}${number}`, phase }));
}

test('each service has a line with its sign, and the last line sums up', () => {
  const picture = drawUnits(
    [
      { service: 'db', phase: 'ready', at: '2.0 s' },
      { service: 'app', phase: 'starting' },
      { service: 'client', phase: 'blocked', detail: 'waits for app' },
    ],
    canvas,
  );
  expect(linesOf(picture)).toEqual(['✔ db      2.0 s', '* app     starting', '○ client  blocked: waits for app', '1 of 3 ready  3.0 s']);
});

test('no line is wider than the terminal, whatever a cause says', () => {
  const detail = `granting "roles"\nended with status 3: ${'x'.repeat(200)}`;
  const lines = linesOf(drawUnits([{ service: 'ldap-account-manager', phase: 'failed', detail }], canvas));
  expect(lines[0]).toMatch(/^✘ ldap-account-manager {2}failed: grantin…$/);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
  const images = Array.from({ length: 9 }, (_, number) => `recipe${number}`);
  for (const columns of [20, 60, 80]) {
    expect(linesOf(drawUnits([{ service: 'a'.repeat(60), phase: 'waiting' }], { ...canvas, columns }))[0]?.length).toBeLessThanOrEqual(
      columns,
    );
  }
  expect(linesOf(drawBuild({ done: 3, total: 9, current: images }, { ...canvas, columns: 60 }))[0]?.length).toBeLessThanOrEqual(60);
});

test('what does not fit the height is counted, and what goes on or went wrong is kept', () => {
  const many = [...units(30, 'ready'), ...units(30, 'waiting'), ...units(2, 'failed'), ...units(3, 'starting')];
  const lines = linesOf(drawUnits(many, { ...canvas, rows: 12 }));
  expect(lines.length).toBeLessThan(12);
  expect(lines.slice(0, 5)).toEqual([
    '* starting0  starting',
    '* starting1  starting',
    '* starting2  starting',
    '✘ failed0    failed',
    '✘ failed1    failed',
  ]);
  expect(lines.slice(-2)).toEqual(['  and 57 more', '30 of 65 ready  3.0 s']);
});

test('there is nothing to draw before there is anything to build', () => {
  expect(drawBuild({ done: 0, total: 0, current: [] }, canvas)).toBe('');
  expect(linesOf(drawBuild({ done: 2, total: 2, current: [] }, canvas))).toEqual(['✔ 2 images  3.0 s']);
});

test('long messages are broken between words and indented, and no word is lost', () => {
  const message = 'problem services.gate: there is no key "hots" here; did you mean host?';
  const lines = wrapWords(message, 30);
  expect(lines.every(({ length }) => length <= 30)).toBe(true);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(message);
  expect(wrapWords('  fix: short', 30)).toEqual(['  fix: short']);
  expect(wrapWords(`see ${'x'.repeat(50)}`, 30)).toEqual(['see', `    ${'x'.repeat(50)}`]);
});
