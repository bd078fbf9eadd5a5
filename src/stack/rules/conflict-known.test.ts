import { expect, test } from 'vitest';
import { problemsOf, sampleApp } from '../sample.ts';

test('a conflict with a service that there is not is refused with the nearest one', () => {
  expect(problemsOf([sampleApp('planka'), sampleApp('wekan', { conflicts: ['plonka'] })])).toEqual([
    'conflict-known wekan: it names "plonka" under conflicts, and there is no such service; did you mean planka?; write planka',
  ]);
  expect(problemsOf([sampleApp('wekan', { conflicts: ['nosuch'] })])).toEqual([
    'conflict-known wekan: it names "nosuch" under conflicts, and there is no such service; name one of the catalog or of services/, or leave it out',
  ]);
});
