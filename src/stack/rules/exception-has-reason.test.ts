import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { exceptionHasReason } from './exception-has-reason.ts';

test('an exception for no reason is refused', () => {
  expect(problemsOf([sampleApp('planka', { allow: { writableRoot: 'needed' } })])).toEqual([
    'exception-has-reason planka: it is allowed a writable root without a reason; say in a few words why it cannot do without',
  ]);
});

test('one with a reason passes', () => {
  expect(
    findingsOf(exceptionHasReason, [
      sampleApp('planka', {
        allow: { writableRoot: 'it writes beside its program', capabilities: { CHOWN: 'its start gives files away' } },
      }),
    ]),
  ).toEqual([]);
});
