import { describe, expect, it } from 'vitest';
import type { Attack, Target } from './attacks/attack.ts';
import { code } from './attacks/code.ts';
import { basic } from './attacks/basic.ts';
import { bodies } from './attacks/bodies.ts';
import { crossSite } from './attacks/cross-site.ts';
import { enumeration } from './attacks/enumeration.ts';
import { guessing } from './attacks/guessing.ts';
import { headers } from './attacks/headers.ts';
import { injection } from './attacks/injection.ts';
import { links } from './attacks/links.ts';
import { oneTimeCodes } from './attacks/one-time-codes.ts';
import { openRedirect } from './attacks/open-redirect.ts';
import { pages } from './attacks/pages.ts';
import { passkeys } from './attacks/passkeys.ts';
import { redirectUri } from './attacks/redirect-uri.ts';
import { session } from './attacks/session.ts';
import { tokens } from './attacks/tokens.ts';

/** The whole table, by area. */
const areas: Readonly<Record<string, readonly Attack[]>> = {
  'a destination outside': openRedirect,
  'a form of another site': crossSite,
  'somebody else’s session': session,
  'false words in headers': headers,
  'a name that is a filter': injection,
  'which names exist': enumeration,
  'bodies that are no forms': bodies,
  'guessing a password': guessing,
  'what pages give away': pages,
  'a password with each request': basic,
  'links that come by mail': links,
  'codes that work once': oneTimeCodes,
  'somebody else’s passkey': passkeys,
  'where a code is sent': redirectUri,
  'a code in false hands': code,
  'a token in false hands': tokens,
};

/** Tries every attack on a target; each must be refused and bring nothing, and each honest twin must get what he came for. */
export function describeAttacks(open: () => Promise<Target>, close: (target: Target) => Promise<void>): void {
  describe.each(Object.entries(areas))('%s', (_, attacks) => {
    it.each(attacks.map((attack) => [`${attack.id}: ${attack.tried}`, attack] as const))('%s', async (_, attack) => {
      const target = await open();
      try {
        const { status, gains } = await attack.attempt(target);
        expect(gains).toEqual(attack.gains);
        expect(attack.status).toContain(status);
      } finally {
        await close(target);
      }
    });
  });

  it('holds at least sixty attacks, each under a name of its own, and honest cases beside them', () => {
    const all = Object.values(areas).flat();
    expect(all.filter(({ gains }) => gains.length === 0).length).toBeGreaterThanOrEqual(60);
    expect(all.filter(({ gains }) => gains.length > 0).length).toBeGreaterThanOrEqual(5);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
}
