import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { bypassNarrow } from './bypass-narrow.ts';

const withBypass = (path: string): ReturnType<typeof sampleApp> =>
  sampleApp('ntfy', {
    route: { port: 'web', access: { groups: ['viewer'], bypass: [{ path: path as `/${string}`, authentication: 'a token' }] } },
  });

test.each(['/', '//', '/api/', '/api//v1', '/api/../admin', '/.', '/api?x', '/api#x', '/a b', '/api/*', '/%61pi', '/api\\v1'])(
  'a bypass at %j is refused',
  (path) => {
    expect(findingsOf(bypassNarrow, [withBypass(path)])).toEqual([
      `ntfy: the sign-on is bypassed at ${JSON.stringify(path)}, which is no plain path below the root; name the one path, such as /api/v1/push`,
    ]);
  },
);

test.each(['/api', '/api/v1.2/push', '/.well-known/acme'])('a bypass at %s passes', (path) => {
  expect(findingsOf(bypassNarrow, [withBypass(path)])).toEqual([]);
});
