import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { commandStays } from './command-stays.ts';

test('a command that ends when its work is done is refused', () => {
  expect(problemsOf([sampleApp('planka', { command: () => ['sh', '-c', 'app check && app migrate'] })])).toEqual([
    'command-stays planka: its command ends when its work is done; make it a step of setup, or run it before the program: `migrate && exec serve`',
  ]);
});

test('one that goes on to the program passes', () => {
  expect(
    findingsOf(commandStays, [
      sampleApp('planka', { command: () => ['sh', '-c', 'app migrate && exec app serve'] }),
      sampleApp('idle', { command: () => ['sleep', 'infinity'] }),
    ]),
  ).toEqual([]);
});
