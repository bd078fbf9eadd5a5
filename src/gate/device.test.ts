import { describe, expect, it } from 'vitest';
import { createTestBrowser, type TestBrowser } from './testing/browser.ts';
import { createTestGate, type TestGate } from './testing/gate-fixture.ts';
import { alice, bob } from './testing/people.ts';

const right = { username: 'bob', password: bob.password };

async function signedIn(gate: TestGate): Promise<TestBrowser> {
  const browser = createTestBrowser(gate);
  expect((await browser.submit('/login', right)).status).toBe(303);
  return browser;
}

describe('a known device', () => {
  it('lets the owner in after a thousand wrong passwords of others, and nobody else', async () => {
    const gate = createTestGate();
    const owner = await signedIn(gate);
    const thief = createTestBrowser(gate);
    for (let guess = 0; guess < 1000; guess++) {
      const headers = { 'x-forwarded-for': `198.51.${guess % 250}.${Math.floor(guess / 250)}` };
      await thief.submit('/login', { username: 'bob', password: `guess ${guess}` }, headers);
    }
    expect((await thief.submit('/login', right)).status).toBe(429);
    expect((await owner.authorize('wiki.example.org')).status).toBe(200);
    await owner.submit('/logout', {});
    expect((await owner.submit('/login', right)).status).toBe(303);
    expect((await thief.submit('/login', right)).status).toBe(429);
  });

  it('has no more guesses than a stranger, and none at other names', async () => {
    const gate = createTestGate();
    const owner = await signedIn(gate);
    const thief = createTestBrowser(gate);
    thief.cookies.set('__Host-gate_device', owner.cookies.get('__Host-gate_device') ?? '');
    for (let guess = 0; guess < 3; guess++) expect((await thief.submit('/login', { ...right, password: 'x' })).status).toBe(401);
    expect((await thief.submit('/login', right)).status).toBe(429);
    for (let guess = 0; guess < 3; guess++) expect((await thief.submit('/login', { username: 'alice', password: 'x' })).status).toBe(401);
    expect((await thief.submit('/login', { username: 'alice', password: alice.password })).status).toBe(429);
    const other = createTestBrowser(gate);
    expect((await other.submit('/login', right)).status).toBe(303);
  });

  it.each(['', 'x', 'a'.repeat(22), `${'a'.repeat(22)}.${'b'.repeat(43)}`])('is not made up as %j', async (value) => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    browser.cookies.set('__Host-gate_device', value);
    for (let guess = 0; guess < 3; guess++) await browser.submit('/login', { ...right, password: 'x' });
    browser.cookies.set('__Host-gate_device', `${value}b`);
    expect((await browser.submit('/login', right)).status).toBe(429);
  });
});
