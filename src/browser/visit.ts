import type { BrowserContext, Page } from 'playwright-core';
import { settleWithin } from '../kit/time-limit.ts';
import { messageOf } from '../kit/errors.ts';
import { parseUrl } from '../kit/parse-url.ts';
import type { Chromium } from './chromium.ts';
import { type FilterProxy, openFilterProxy } from './filter-proxy.ts';
import type { VisitRequest } from './requests.ts';
import { type TargetRules, placeName } from './targets.ts';
import { type Noise, isOwnDocument, listenToNoise } from './noise.ts';

/** An open page, and the time that is left for it. */
export interface OpenPage {
  readonly page: Page;
  readonly noise: Noise;
  /** Of the last document of the page itself. */
  readonly status: () => number | undefined;
  /** Milliseconds until the request's time is over; never less than 1. */
  readonly leftMs: () => number;
  readonly isTimedOut: () => boolean;
  /** Waits, and is content with what there is when the time is over. */
  readonly settle: (wait: VisitRequest['wait']) => Promise<void>;
}

/** Why there is no page to look at. */
export type NotOpened =
  | { readonly kind: 'refused'; readonly target: string }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'timeout' }
  /** Chromium ended, or its page did. */
  | { readonly kind: 'gone'; readonly why: string; readonly hasBegun: boolean };

export type Visited<T> = { readonly kind: 'seen'; readonly seen: T } | NotOpened;

export interface VisitTools {
  readonly chromium: Chromium;
  readonly targets: TargetRules;
  readonly onRefused: () => void;
}

type Scaled = VisitRequest & {
  /** Device pixels for each of CSS; 1 where absent. */
  readonly scale?: number;
};

/** For the picture or the text, after the page had all of its time. */
const captureMs = 15_000;
const openContextMs = 10_000;
const closeContextMs = 5000;

/**
 * Opens the address in a context of its own, which shares nothing with another one, lets `look` look, and closes it whatever happens:
 * also when the signal is aborted, and also when the page never stops to run.
 */
export async function visit<T>(
  tools: VisitTools,
  request: Scaled,
  look: (open: OpenPage) => Promise<T>,
  signal: AbortSignal,
): Promise<Visited<T>> {
  const proxy = await openFilterProxy(tools.targets, tools.onRefused);
  let context: BrowserContext | undefined;
  try {
    signal.throwIfAborted();
    context = await openContext(tools.chromium, proxy, request);
    const aborted = new Promise<never>((_, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    const looking = lookAt(context, proxy, request, look);
    // Playwright may never say anything of a page whose context was closed while it began.
    return await settleWithin(Promise.race([aborted, looking]), request.timeoutMs + captureMs, 'the page answers nothing');
  } catch (cause) {
    signal.throwIfAborted();
    return isTimeout(cause) ? { kind: 'timeout' } : { kind: 'gone', why: messageOf(cause), hasBegun: context !== undefined };
  } finally {
    proxy.close();
    if (context) await closeContext(tools.chromium, context);
  }
}

async function openContext(chromium: Chromium, { port }: FilterProxy, { viewport, scale = 1 }: Scaled): Promise<BrowserContext> {
  const opening = chromium.browser.newContext({
    proxy: { server: `http://127.0.0.1:${port}` },
    viewport,
    deviceScaleFactor: scale,
    acceptDownloads: false,
    serviceWorkers: 'block',
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  try {
    return await settleWithin(opening, openContextMs, 'no page can be opened');
  } catch (cause) {
    // One that hangs would open it later, and nobody would close it.
    await chromium.close();
    throw cause;
  }
}

/** A context that does not close holds a page that nothing can stop, so its Chromium goes with it. */
async function closeContext(chromium: Chromium, context: BrowserContext): Promise<void> {
  try {
    await settleWithin(context.close(), closeContextMs, 'the page does not close');
  } catch {
    await chromium.close();
  }
}

async function lookAt<T>(
  context: BrowserContext,
  proxy: FilterProxy,
  { url, wait, timeoutMs }: VisitRequest,
  look: (open: OpenPage) => Promise<T>,
): Promise<Visited<T>> {
  const ends = performance.now() + timeoutMs;
  let timedOut = false;
  let status: number | undefined;
  const leftMs = (): number => Math.max(1, Math.round(ends - performance.now()));
  const page = await context.newPage();
  context.on('page', (other) => void other.close().catch(() => undefined));
  const noise = listenToNoise(page);
  page.on('response', (response) => {
    if (isOwnDocument(response.request(), page)) status = response.status();
  });
  const open: OpenPage = {
    page,
    noise,
    status: () => status,
    leftMs,
    isTimedOut: () => timedOut,
    settle: async (wanted) => {
      try {
        await settle(page, wanted, leftMs());
      } catch (cause) {
        if (!isTimeout(cause)) throw cause;
        timedOut = true;
      }
    },
  };
  try {
    await page.goto(url, { waitUntil: 'commit', timeout: leftMs() });
  } catch (cause) {
    const refused = refusedTarget(proxy, noise.lastDocument() ?? url);
    if (refused !== undefined) return { kind: 'refused', target: refused };
    if (isTimeout(cause)) return { kind: 'timeout' };
    // A download is no page, and neither is an answer without content.
    return { kind: 'unreachable', why: reasonOf(cause) };
  }
  await open.settle(wait);
  const refused = refusedTarget(proxy, noise.failedDocument());
  if (refused !== undefined) return { kind: 'refused', target: refused };
  return { kind: 'seen', seen: await look(open) };
}

async function settle(page: Page, wait: VisitRequest['wait'], timeout: number): Promise<void> {
  if (typeof wait === 'object') await page.locator(`css=${wait.selector}`).first().waitFor({ timeout });
  else await page.waitForLoadState(wait === 'quiet' ? 'networkidle' : 'load', { timeout });
}

function refusedTarget({ refused }: FilterProxy, address: string | undefined): string | undefined {
  const url = address === undefined ? undefined : parseUrl(address);
  if (!url) return undefined;
  const name = placeName({ host: url.hostname, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) });
  return refused.has(name) ? name : undefined;
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'TimeoutError';
}

/** Chromium's own word, such as net::ERR_NAME_NOT_RESOLVED, without the call that Playwright repeats. */
function reasonOf(cause: unknown): string {
  return /net::[A-Z_0-9]+/.exec(messageOf(cause))?.[0] ?? (messageOf(cause).split('\n')[0] ?? '').slice(0, 200);
}
