import { join } from 'node:path';
import type { BrowserContext, Locator, Page, Response } from 'playwright-core';
import { expect } from 'vitest';
import type { TestPerson } from '../../cluster/support/people.ts';
import { domain } from '../../cluster/support/starter.ts';
import type { TestBrowser } from './chromium.ts';

/** One person at one browser window, with the cookies of nobody else. */
export interface Visitor {
  readonly page: Page;
  /** Opens a path of a host of the cluster. */
  readonly visit: (host: string, path?: string) => Promise<Response>;
  readonly addressOf: (host: string, path?: string) => string;
  /** Clicks what leads to another page, and is there when that page is. */
  readonly follow: (link: Locator) => Promise<void>;
  /** Fills in the form of signing in and sends it; where it is refused, the form is what comes back. */
  readonly fillIn: (person: TestPerson) => Promise<void>;
  readonly see: (words: string | RegExp) => Promise<void>;
  /** Keeps a picture for a person to look at, where DATAMANCY_SCREENSHOTS names a folder. */
  readonly picture: (name: string) => Promise<void>;
  /** What the pages of our own sign-on server complained about in the console. */
  readonly complaints: readonly string[];
  readonly leave: () => Promise<void>;
}

const screenshots = process.env['DATAMANCY_SCREENSHOTS'];

/** For a machine that has other things to do. */
const patienceMs = 60_000;

interface VisitorOptions {
  readonly scripts: boolean;
  /** A telephone, held upright, in the dark. */
  readonly small?: true;
}

export async function newVisitor({ browser }: TestBrowser, https: number, { scripts, small }: VisitorOptions): Promise<Visitor> {
  const look = small ? { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const } : { viewport: { width: 1200, height: 800 } };
  const context: BrowserContext = await browser.newContext({ javaScriptEnabled: scripts, ...look });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  const addressOf = (host: string, path = '/'): string => `https://${host}.${domain}:${https}${path}`;
  page.on('console', (message) => {
    const isOwn = message.location().url.startsWith(addressOf('auth'));
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && isOwn && !isStatus) complaints.push(message.text());
  });
  // A click may be over before the browser begins to leave, and what is asked until then is asked of the page before.
  async function follow(link: Locator): Promise<void> {
    await link.waitFor();
    await Promise.all([page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame()), link.click()]);
    await page.waitForLoadState();
  }

  return {
    page,
    complaints,
    addressOf,
    visit: async (host, path) => {
      const response = await page.goto(addressOf(host, path));
      if (!response) throw new Error(`${addressOf(host, path)} gave no answer`);
      return response;
    },
    follow,
    fillIn: async ({ name, password }) => {
      await page.getByLabel('User name').fill(name);
      await page.getByLabel('Password').fill(password);
      await follow(page.getByRole('button', { name: 'Sign in' }));
    },
    see: async (words) => {
      await page.getByText(words).filter({ visible: true }).first().waitFor();
    },
    picture: async (name) => {
      if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    },
    leave: async () => context.close(),
  };
}

/** The sign-in form is shown, and on behalf of that address. */
export async function expectSignIn({ page, addressOf }: Visitor, wanted?: string): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const url = new URL(page.url());
  expect(url.origin).toBe(new URL(addressOf('auth')).origin);
  expect(url.searchParams.get('rd') ?? undefined).toBe(wanted);
}
