import type { Locator, Page } from 'playwright-core';

/** What a page asks for. */
export interface Asked {
  readonly user: Locator | undefined;
  readonly password: Locator | undefined;
  readonly isSecondFactor: boolean;
  /** The page itself says that something was wrong. */
  readonly isComplaining: boolean;
}

/** By what browsers and keepers of passwords go by, the surest first: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill */
const userFields = [
  'input[autocomplete~="username"]',
  'input[autocomplete~="email"]',
  'input[type="email"]',
  'input[type="text"][name*="user" i], input:not([type])[name*="user" i]',
  'input[type="text"][name*="login" i], input:not([type])[name*="login" i]',
  'input[type="text"][name*="mail" i], input[type="text"][id*="user" i], input[type="text"][id*="login" i]',
];
const userLabel = /user|e-?mail|login|account|benutzer|anmelde|utilisateur|identifiant|usuario|correo/i;
const passwordFields = ['input[autocomplete~="current-password"]', 'input[type="password"]:not([autocomplete~="new-password"])'];
const codeFields = ['input[autocomplete~="one-time-code"]', 'input[name*="otp" i]', 'input[id*="otp" i]', 'input[name*="2fa" i]'];
const secondFactorWords = /second factor|two.factor|2fa|one.time (?:code|password)|authenticator|passkey|security key|zweiter faktor/i;

export async function readForm(page: Page): Promise<Asked> {
  const [password, code, heading, complaint] = [
    await firstVisible(page, passwordFields),
    await firstVisible(page, codeFields),
    await page.locator('h1, h2, title').allTextContents(),
    await page.locator('[role="alert"]:visible, [aria-invalid="true"]:visible').allTextContents(),
  ];
  return {
    password,
    user: (await firstVisible(page, userFields)) ?? (await byLabel(page)) ?? (await besidePassword(password)),
    isSecondFactor: !password && (code !== undefined || heading.some((text) => secondFactorWords.test(text))),
    isComplaining: complaint.length > 0,
  };
}

async function firstVisible(page: Page, selectors: readonly string[]): Promise<Locator | undefined> {
  for (const selector of selectors) {
    const fields = page.locator(selector).filter({ visible: true });
    if ((await fields.count()) > 0) return fields.first();
  }
  return undefined;
}

async function byLabel(page: Page): Promise<Locator | undefined> {
  const fields = page.getByLabel(userLabel).and(page.locator('input[type="text"], input:not([type])')).filter({ visible: true });
  return (await fields.count()) > 0 ? fields.first() : undefined;
}

/** The only other field of the form that takes text. */
async function besidePassword(password: Locator | undefined): Promise<Locator | undefined> {
  const fields = password?.locator('xpath=ancestor::form').locator('input[type="text"], input:not([type])').filter({ visible: true });
  return fields && (await fields.count()) === 1 ? fields.first() : undefined;
}

/** The button that sends the form in which this field is. */
export function buttonOf(field: Locator): Locator {
  return field
    .locator('xpath=ancestor::form')
    .locator('button[type="submit"], input[type="submit"], button:not([type])')
    .filter({ visible: true })
    .first();
}
