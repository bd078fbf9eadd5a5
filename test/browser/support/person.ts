import { expect } from 'vitest';
import { codeOf } from '../../conformance/attacks/factors.ts';
import type { Visitor } from './visitor.ts';

/** Sets up an authenticator app on the page that shows its key, and writes down the recovery codes that follow. The current code is used then. */
export async function setUpApp({ page, follow, see }: Visitor): Promise<{ readonly key: string; readonly recovery: readonly string[] }> {
  const key = (await page.locator('code').first().innerText()).replaceAll(/\s/g, '');
  expect(key).toMatch(/^[A-Z2-7]{32,}$/);
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key));
  await follow(page.getByRole('button', { name: 'Set up' }));
  await see('Your recovery codes');
  const recovery = await page.locator('ol.codes code').allInnerTexts();
  expect(recovery.length).toBe(10);
  return { key, recovery };
}

/** Gives a code of the app where the page asks for the second factor. */
export async function giveCode({ page, follow, see }: Visitor, code: string): Promise<void> {
  await see('Confirm that it is you');
  await page.getByLabel('Code from your authenticator app').fill(code);
  await follow(page.getByRole('button', { name: 'Confirm' }).first());
}

/** A device that knows its owner, as far as the pages of this window can tell. https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/ */
export async function addDevice({ page }: Visitor): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Signs out on the portal's own page. */
export async function signOut({ page, follow, visit, see }: Visitor): Promise<void> {
  await visit('auth', '/logout');
  await follow(page.getByRole('button', { name: 'Sign out' }));
  await see('You are signed out.');
}
