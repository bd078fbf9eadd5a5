import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { unitPortListens } from './unit-port-listens.ts';

test('a port on which another service does not listen is refused', () => {
  expect(problemsOf([sampleApp('wekan', {}), sampleApp('planka', { env: () => ({ API: 'http://wekan:9000/api' }) })])).toEqual([
    'unit-port-listens planka: its variable API asks wekan on port 9000, where it does not listen; it listens on 8080: use what a need grants',
  ]);
});

test('its own port passes, and hosts outside', () => {
  expect(
    findingsOf(unitPortListens, [
      sampleApp('wekan', {}),
      sampleApp('planka', {
        env: () => ({
          API: 'http://wekan:8080/api',
          EDGE: 'https://caddy:443',
          OUTSIDE: 'http://nas:9000',
          USER: 'http://wekan:9000@example.net/',
        }),
      }),
    ]),
  ).toEqual([]);
});

test('a host with a port and nothing else is an address too', () => {
  expect(findingsOf(unitPortListens, [sampleApp('wekan', {}), sampleApp('planka', { env: () => ({ SMTP_HOST: 'wekan:2586' }) })])).toEqual([
    expect.stringContaining('its variable SMTP_HOST asks wekan on port 2586, where it does not listen'),
  ]);
});
