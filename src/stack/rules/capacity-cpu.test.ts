import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { capacityCpu } from './capacity-cpu.ts';

const model = sampleApp('model', { limits: { memory: '1GiB', cpus: 4 } });

test('more processors than there are is refused, at the limit where the owner wrote it', () => {
  expect(findingsOf(capacityCpu, [model, sampleApp('wiki')], { machine: { cpus: 2 } })).toEqual([
    'model: may use 4 processors, and the machine has 2; write limits: {cpus: 2} for it, or leave it out',
  ]);
});

test('as many as there are, or an owner who says less, is fine', () => {
  expect(findingsOf(capacityCpu, [model], { machine: { cpus: 4 } })).toEqual([]);
  expect(findingsOf(capacityCpu, [model], { machine: { cpus: 2 }, overrides: { model: { limits: { cpus: 2 } } } })).toEqual([]);
  expect(findingsOf(capacityCpu, [model])).toEqual([]);
});
