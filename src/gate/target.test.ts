import { describe, expect, it } from 'vitest';
import { parseTarget } from './target.ts';

const good = { proto: 'https', host: 'app.example.org', uri: '/', method: 'GET' };

describe('the request that the edge asks about', () => {
  it.each([
    ['/', '/'],
    ['/a//b/./c/../d/', '/a/b/d/'],
    ['/api/%2e%2e/admin', '/admin'],
    ['/api/..%2fadmin', '/admin'],
    ['/%61dmin', '/admin'],
    ['/../../etc', '/etc'],
    ['/a?x=../y', '/a?x=../y'],
    ['/a?', '/a'],
    ['/api/%252e%252e/admin', '/api/%2e%2e/admin'],
  ])('is judged by its plain path: %s', (uri, path) => {
    expect(parseTarget({ ...good, uri })?.path).toBe(path);
  });

  it('is judged by its host without port and in lower case', () => {
    expect(parseTarget({ ...good, host: 'APP.example.org:8443' })).toMatchObject({
      host: 'app.example.org',
      url: 'https://app.example.org:8443/',
    });
  });

  it.each([
    { proto: 'http' },
    { proto: undefined },
    { host: undefined },
    { host: '' },
    { host: 'app.example.org/x' },
    { host: 'app.example.org@evil.test' },
    { host: 'app.example.org, evil.test' },
    { host: 'app.example.org:99999' },
    { method: undefined },
    { method: 'get' },
    { method: 'GET POST' },
    { uri: 'x' },
    { uri: '/a b' },
    { uri: '/\r\nx' },
    { uri: '/%zz' },
    { uri: '/%ff' },
  ])('is refused when malformed: %j', (change) => {
    expect(parseTarget({ ...good, ...change })).toBeUndefined();
  });
});
