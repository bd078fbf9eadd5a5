import { describe, expect, test } from 'vitest';
import { loginRequest, ocrRequest, screenshotRequest, visitRequest } from './requests.ts';

describe('an address', () => {
  test.each([
    'file:///etc/passwd',
    'view-source:http://example.org/',
    'chrome://version',
    'javascript:alert(1)',
    'data:text/html,hello',
    'ftp://example.org/',
    'about:blank',
    '//example.org/',
    'example.org',
    '',
    `http://example.org/${'a'.repeat(9000)}`,
    'https://name:secret@example.org/',
  ])('%s is not opened', (url) => {
    expect(visitRequest.safeParse({ url }).success).toBe(false);
  });

  test('is made plain, and the rest has its defaults', () => {
    expect(visitRequest.parse({ url: 'HTTP://EXAMPLE.org:80/a b' })).toEqual({
      url: 'http://example.org/a%20b',
      viewport: { width: 1280, height: 800 },
      wait: 'load',
      timeoutMs: 20_000,
    });
  });
});

test.each([
  { viewport: { width: 100_000, height: 800 } },
  { timeoutMs: 3_600_000 },
  { wait: 'forever' },
  { format: 'gif' },
  { quality: 0 },
  { script: 'alert(1)' },
])('%j is refused', (more) => {
  expect(screenshotRequest.safeParse({ url: 'https://example.org', ...more }).success).toBe(false);
});

test('text is read from a page or from a picture, in languages that are names and no options', () => {
  const image = Buffer.from('picture').toString('base64');
  expect(ocrRequest.parse({ image })).toEqual({ image, languages: ['eng'] });
  expect(ocrRequest.safeParse({ url: 'https://example.org', languages: ['eng', 'chi_sim'] }).success).toBe(true);
  for (const wrong of [
    { image: '!' },
    { image, url: 'https://example.org' },
    { image, languages: ['--help'] },
    { image, languages: ['../eng'] },
  ]) {
    expect(ocrRequest.safeParse(wrong).success).toBe(false);
  }
});

test('a sign-in needs a name and a password', () => {
  const body = { url: 'https://example.org', user: 'alice', password: 'rabbit' };
  expect(loginRequest.parse(body)).toMatchObject({ ...body, url: 'https://example.org/', signOnHosts: [] });
  expect(loginRequest.safeParse({ ...body, password: '' }).success).toBe(false);
});
