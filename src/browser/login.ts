import type { Locator } from 'playwright-core';
import { sleep } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { parseUrl } from '../kit/parse-url.ts';
import { type PageFacts, type Picture, factsOf, steadily } from './look.ts';
import { concealer } from './conceal.ts';
import { type Asked, buttonOf, readForm } from './login-form.ts';
import { type Since, hostOf, watchLogin } from './login-watch.ts';
import type { LoginRequest } from './requests.ts';
import { isOwnHost } from './targets.ts';
import type { OpenPage } from './visit.ts';

type LoginResult = 'signed-in' | 'refused' | 'no-form' | 'second-factor' | 'error';

export interface LoginSeen extends PageFacts {
  readonly result: LoginResult;
  readonly detail: string;
  /** Absent where the page shows the password. */
  readonly picture: Picture | undefined;
}

interface Verdict {
  readonly result: LoginResult;
  readonly detail: string;
}

const everyMs = 250;
/** For a form that a script draws. */
const formMs = 8000;
/** A page without any question that stays the same for as long is where signing in has led. */
const calmMs = 1200;

/**
 * Tries to sign in as a person would: fills in what the page asks for and says what came of it. The password is given only to the hosts that
 * may have it, over TLS unless the page was asked for without; it is in no answer, and fields are blank in the picture.
 */
export async function tryLogin(open: OpenPage, request: LoginRequest, domain: string | undefined, signal: AbortSignal): Promise<LoginSeen> {
  let verdict: Verdict;
  try {
    verdict = await signIn(open, request, domain, signal);
  } catch (cause) {
    signal.throwIfAborted();
    // Playwright's own words repeat what was filled in.
    verdict = { result: 'error', detail: `the page could not be used: ${cause instanceof Error ? cause.name : 'unknown'}` };
  }
  const conceal = concealer(request.password);
  return {
    ...verdict,
    ...(await factsOf(open, conceal)),
    picture: await pictureWithout(open, request.password),
  };
}

async function signIn(open: OpenPage, request: LoginRequest, domain: string | undefined, signal: AbortSignal): Promise<Verdict> {
  const form = await waitForForm(open, signal);
  if (!form) return { result: 'no-form', detail: 'the page asks for no password' };
  let { password } = form;
  if (!mayHave(open.page.url(), request, domain)) return elsewhere(open);
  if (form.user) await form.user.fill(request.user, { timeout: open.leftMs() });
  if (!password) {
    if (form.user) await form.user.press('Enter', { timeout: open.leftMs() });
    password = await waitForPassword(open, signal);
    if (!password) return { result: 'no-form', detail: 'the page took the name and never asked for a password' };
  }
  const since = await fillPassword(open, password, request, domain);
  if (!since) return elsewhere(open);
  await submit(open, password, since, signal);
  return await waitForVerdict(open, since, signal);
}

/**
 * Watches and fills; undefined where the field is in a document that may not have the password. A handle belongs to its document, so filling
 * it fails where the page has gone on since the check, and then everything is looked at again.
 */
async function fillPassword(
  open: OpenPage,
  password: Locator,
  request: LoginRequest,
  domain: string | undefined,
): Promise<Since | undefined> {
  for (;;) {
    const field = await password.elementHandle({ timeout: open.leftMs() });
    if (!field || !mayHave(open.page.url(), request, domain)) return undefined;
    try {
      const since = watchLogin(open, request.password);
      await field.fill(request.password, { timeout: open.leftMs() });
      return since;
    } catch (cause) {
      if (open.leftMs() <= 1 || !/not attached|context was destroyed/i.test(messageOf(cause))) throw cause;
    }
  }
}

async function waitForForm(open: OpenPage, signal: AbortSignal): Promise<Asked | undefined> {
  const ends = performance.now() + Math.min(formMs, open.leftMs());
  for (;;) {
    const asked = await steadily(open, async () => await readForm(open.page));
    if (asked.password ?? asked.user) return asked;
    if (performance.now() > ends) return undefined;
    await sleep(everyMs, signal);
  }
}

async function waitForPassword(open: OpenPage, signal: AbortSignal): Promise<Locator | undefined> {
  while (open.leftMs() > 1) {
    const { password } = await steadily(open, async () => await readForm(open.page));
    if (password) return password;
    await sleep(everyMs, signal);
  }
  return undefined;
}

async function submit(open: OpenPage, password: Locator, since: Since, signal: AbortSignal): Promise<void> {
  const before = since.requests();
  await password.press('Enter', { timeout: open.leftMs() });
  for (let waited = 0; waited < 1500; waited += everyMs) {
    if (since.requests() > before || since.documents() > 0) return;
    await sleep(everyMs, signal);
  }
  const button = buttonOf(password);
  if ((await button.count()) > 0) await button.click({ timeout: open.leftMs() });
}

async function waitForVerdict(open: OpenPage, since: Since, signal: AbortSignal): Promise<Verdict> {
  let calmSince: number | undefined;
  let calmAt = '';
  while (open.leftMs() > 1) {
    await sleep(everyMs, signal);
    // Between two documents there is nothing to read.
    const asked = await readForm(open.page).catch(() => undefined);
    const verdict = asked && judge(asked, since, open);
    if (verdict) return verdict;
    const address = open.page.url();
    if (!asked || asked.password || since.isUnderWay() || address !== calmAt || since.documents() + since.requests() === 0) {
      [calmSince, calmAt] = [performance.now(), address];
    } else if (calmSince !== undefined && performance.now() - calmSince > calmMs) {
      return afterwards(open.status(), since);
    }
  }
  const detail =
    since.requests() === 0
      ? 'the page sent nothing; it may want another name'
      : 'the time was over before the page said what it made of it';
  return { result: 'error', detail };
}

function judge(asked: Asked, since: Since, { page, status }: OpenPage): Verdict | undefined {
  if (asked.isSecondFactor) return { result: 'second-factor', detail: 'the page asks for a second factor' };
  if (!asked.password) return undefined;
  const refusal = since.refusal();
  if (hostOf(page.url()) !== since.host && !refusal && !asked.isComplaining && (status() ?? 200) < 400)
    return { result: 'signed-in', detail: 'the password was taken, and where that led the app asks for one of its own' };
  if (since.documents() > 0) return { result: 'refused', detail: 'the page asks for the password again' };
  if (since.isUnderWay()) return undefined;
  // A page may try another way when the first is refused.
  if (refusal && performance.now() - refusal.at > calmMs)
    return { result: 'refused', detail: `the password was answered with status ${refusal.status}` };
  return since.requests() > 0 && asked.isComplaining
    ? { result: 'refused', detail: 'the page complains about what was filled in' }
    : undefined;
}

function afterwards(status: number | undefined, since: Since): Verdict {
  if (status !== undefined && status >= 500) return { result: 'error', detail: `the page after signing in has status ${status}` };
  if (status !== undefined && status >= 400) return { result: 'refused', detail: `the page after signing in has status ${status}` };
  const refusal = since.refusal();
  if (refusal)
    return { result: 'error', detail: `the password was answered with status ${refusal.status}, and the page asks for nothing more` };
  return { result: 'signed-in', detail: 'the page asks for nothing more' };
}

/** A page that was opened leads to any other; the password goes only where whoever sent it meant it to go. */
function mayHave(address: string, { url, signOnHosts }: LoginRequest, domain: string | undefined): boolean {
  const [there, asked] = [parseUrl(address), parseUrl(url)];
  if (!there || !asked || (there.protocol !== 'https:' && there.protocol !== asked.protocol)) return false;
  if (there.host === asked.host || signOnHosts.includes(there.hostname)) return true;
  return isOwnHost(there.hostname, domain) && isOwnHost(asked.hostname, domain);
}

function elsewhere(open: OpenPage): Verdict {
  const host = hostOf(open.page.url()).slice(0, 260);
  return { result: 'error', detail: `the form is at ${host}, which may not have the password: name it in signOnHosts if it may` };
}

async function pictureWithout({ page }: OpenPage, password: string): Promise<Picture | undefined> {
  try {
    const fields = page.frames().map((frame) => frame.locator('input, textarea'));
    for (const frame of page.frames()) {
      // The page has the password anyway; a frame of somebody else is not told what to look for.
      if ((await frame.locator('body').innerText({ timeout: 2000 })).includes(password)) return undefined;
    }
    for (const field of fields) await field.evaluateAll(blank);
    const image = await page.screenshot({ type: 'png', mask: fields, maskColor: '#dddddd', timeout: 5000 });
    return { mediaType: 'image/png', image: image.toString('base64') };
  } catch {
    // Without certainty that it shows nothing there is no picture.
    return undefined;
  }
}

function blank(elements: readonly { value: string }[]): void {
  for (const element of elements) element.value = '';
}
