import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { logPatternSafe } from './log-pattern-safe.ts';

const withPattern = (pattern: string): ReturnType<typeof sampleApp> => sampleApp('planka', { logs: [{ pattern, means: 'a test' }] });

test.each([
  ['(', 'is no regular expression'],
  ['[a', 'is no regular expression'],
  ['(a+)+$', 'repeats what repeats already'],
  ['([a-z]+,)*end', 'repeats what repeats already'],
  ['(?:x*y?){2,}', 'repeats what repeats already'],
  ['((a|b)*c)+', 'repeats what repeats already'],
  ['x'.repeat(201), 'is longer than 200 characters'],
])('the pattern %s is refused', (pattern, why) => {
  expect(findingsOf(logPatternSafe, [withPattern(pattern)])).toEqual([
    `planka: its log pattern ${JSON.stringify(pattern.slice(0, 60))} ${why}; write a plain one`,
  ]);
});

test.each([
  'FATAL: +password authentication failed for user "\\w+"',
  '(?:ECONNREFUSED|ETIMEDOUT) \\d+',
  'disk (full|quota).*',
  '(a{1,3}b)?c+',
  '\\(x+\\)+',
])('the pattern %s passes', (pattern) => {
  expect(findingsOf(logPatternSafe, [withPattern(pattern)])).toEqual([]);
});
