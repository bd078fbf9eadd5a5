import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { hostValid } from './host-valid.ts';

test.each(['-a', 'a_b', 'a.b', 'A', ''])('the label %j is refused', (host) => {
  expect(findingsOf(hostValid, [sampleApp('planka', { route: { port: 'web', host, access: { open: 'a test' } } })])).toHaveLength(1);
});

test('a name that is too long as a whole is refused', () => {
  const domain = `${'abcdefghi.'.repeat(23)}example.org`;
  expect(findingsOf(hostValid, [sampleApp('planka')], { declaration: { domain, services: { planka: {} } } })).toEqual([]);
  expect(findingsOf(hostValid, [sampleApp('planka')], { declaration: { domain: `abcdef.${domain}`, services: { planka: {} } } })).toEqual([
    expect.stringContaining('is longer than 253 characters'),
  ]);
});
