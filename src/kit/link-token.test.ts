import { describe, expect, it } from 'vitest';
import { SignJWT } from 'jose';
import { openLink, signLink } from './link-token.ts';

const key = 'a key only tests know';
const now = Date.UTC(2026, 0, 1);
const claims = { subject: 'alice', purpose: 'reset', state: '20260101000000Z' };

describe('a link token', () => {
  it('says whom it is for, and whether anything changed since', async () => {
    const opened = await openLink(await signLink(claims, key, 300_000, now), key, now + 299_000);
    expect(opened).toMatchObject({ subject: 'alice', purpose: 'reset' });
    expect(opened?.isMadeIn('20260101000000Z')).toBe(true);
    expect(opened?.isMadeIn('20260101000001Z')).toBe(false);
    expect(opened?.isMadeIn('')).toBe(false);
  });

  it('ends after its time', async () => {
    const token = await signLink(claims, key, 300_000, now);
    expect(await openLink(token, key, now + 301_000)).toBeUndefined();
  });

  it('does not show the state it was made in', async () => {
    const [, payload = ''] = (await signLink(claims, key, 300_000, now)).split('.');
    expect(Buffer.from(payload, 'base64url').toString()).not.toContain(claims.state);
  });

  it('is worth nothing under another key, changed, unsigned, or made for something else', async () => {
    const token = await signLink(claims, key, 300_000, now);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'bob' }));
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'link+jwt' })).toString('base64url');
    const elsewhere = await new SignJWT({ purpose: 'reset', state: 'x' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('alice')
      .setExpirationTime(new Date(now + 1000))
      .sign(new TextEncoder().encode(key));
    const forged = [
      `${head}.${other.toString('base64url')}.${signature}`,
      `${unsigned}.${payload}.`,
      `${head}.${payload}.`,
      elsewhere,
      '',
      'x',
      'a.b.c',
    ];
    for (const text of forged) expect(await openLink(text, key, now)).toBeUndefined();
    expect(await openLink(token, `${key}!`, now)).toBeUndefined();
  });
});
