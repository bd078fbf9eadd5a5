import { describe, expect, it } from 'vitest';
import { safeRedirect } from './redirect.ts';

describe('the way back after a sign-in', () => {
  it.each([
    ['https://app.example.org', 'https://app.example.org/'],
    ['https://example.org/x?y=1#z', 'https://example.org/x?y=1#z'],
    ['https://APP.Example.ORG:8443/p', 'https://app.example.org:8443/p'],
    ['https://a.b.example.org/%2e%2e/x', 'https://a.b.example.org/x'],
  ])('may lead to %s', (wanted, expected) => {
    expect(safeRedirect(wanted, ['example.org'])).toBe(expected);
  });

  it.each([
    undefined,
    '',
    '/',
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    'https:evil.test',
    'https:/evil.test',
    'https:\\\\app.example.org',
    'http://app.example.org',
    'HTTP://app.example.org',
    'wss://app.example.org',
    'ftp://app.example.org',
    'javascript:alert(1)',
    'javascript://app.example.org/%0aalert(1)',
    'data:text/html,x',
    'https://evil.test',
    'https://evil.test/app.example.org',
    'https://evil.test?.example.org',
    'https://evil.test#.example.org',
    'https://evil.test\\.example.org',
    'https://example.org.evil.test',
    'https://evilexample.org',
    'https://app.example.org@evil.test',
    'https://app.example.org:x@evil.test',
    'https://user@app.example.org',
    'https://user:pass@app.example.org',
    'https://app.example.org.',
    'https://[::1]/',
    'https://app.example.org\n.evil.test',
    'https://app.example.org\t',
    ' https://app.example.org',
    'https://app.example.org/\u0000',
    'https://аpp.example.org.evil.test',
    `https://app.example.org/${'x'.repeat(3000)}`,
  ])('never leads to %j', (wanted) => {
    expect(safeRedirect(wanted, ['example.org'])).toBeUndefined();
  });
});
