import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Person } from './directory.ts';
import type { GateEnv } from './gate.ts';
import { sameName } from './regulation.ts';

const deviceCookie = '__Host-gate_device';
const yearSeconds = 365 * 86_400;

/**
 * The device that the request comes from, where a person of this name signed in from it before; it goes to the regulation
 * as what vouches for him, and opens nothing.
 */
export function knownDevice(context: Context<GateEnv>, username: string, secret: string): string | undefined {
  const [device = '', ...seals] = (getCookie(context, deviceCookie) ?? '').split('.');
  if (!/^[A-Za-z0-9_-]{22}$/.test(device)) return undefined;
  const expected = Buffer.from(sealOf(device, username, secret));
  const isHis = seals.slice(0, 2).some((seal) => {
    const given = Buffer.from(seal);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isHis ? `device:${device}` : undefined;
}

/** Makes the browser known as one that this person signs in from, by his name or his mail address. */
export function keepDevice(context: Context<GateEnv>, person: Person, secret: string): void {
  const device = randomBytes(16).toString('base64url');
  const seals = [person.username, person.email].map((name) => sealOf(device, name, secret));
  const value = [device, ...seals].join('.');
  setCookie(context, deviceCookie, value, { path: '/', secure: true, httpOnly: true, sameSite: 'Strict', maxAge: yearSeconds });
}

function sealOf(device: string, username: string, secret: string): string {
  return createHmac('sha256', secret)
    .update(`device:${device}:${sameName(username)}`)
    .digest('base64url');
}
