import { expect, test } from 'vitest';
import { findingsOf, sampleProvider, sampleService } from '../sample.ts';
import { loopbackAddress } from './loopback-address.ts';

const database = sampleProvider('postgresql', 'postgres', 5432);

test.each(['postgres://localhost:5432/x', '127.0.0.1:5432', 'http://[::1]:5432/'])(
  '%s names another service through the own loopback and is refused',
  (address) => {
    expect(findingsOf(loopbackAddress, [database, sampleService('planka', { env: () => ({ URL: address }) })])).toEqual([
      expect.stringContaining(
        'planka: its variable URL names port 5432 of its own loopback, where nothing listens; if postgresql is meant',
      ),
    ]);
  },
);

test.each(['http://localhost:8080', 'http://localhost:54321', 'notlocalhost:5432', 'localhost'])('%s passes', (address) => {
  expect(findingsOf(loopbackAddress, [database, sampleService('planka', { env: () => ({ URL: address }) })])).toEqual([]);
});
