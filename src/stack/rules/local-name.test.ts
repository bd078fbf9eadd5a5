import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { localName } from './local-name.ts';

test('a name of the local network is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ PRINTER: 'ipp://printer.local:631/' }) })])).toEqual([
    'local-name planka: its variable PRINTER names printer.local, which no container can look up; use its address, or a name that a DNS server knows',
  ]);
});

test('other names pass', () => {
  expect(
    findingsOf(localName, [
      sampleApp('planka', {
        env: () => ({
          A: 'http://box.localhost/',
          B: '/etc/rc.local.d',
          C: 'https://printer.local.example.net/',
          D: 'settings in rc.local file',
        }),
      }),
    ]),
  ).toEqual([]);
});
