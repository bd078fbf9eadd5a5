import type { Page, Request } from 'playwright-core';
import { safeText } from '../kit/log.ts';

/** What went wrong in a page while it was open. Each list holds the first 50. */
export interface Noise {
  readonly consoleErrors: readonly string[];
  readonly failedRequests: readonly { readonly address: string; readonly why: string }[];
  /** Address that the page itself asked for last, redirects included. */
  lastDocument(): string | undefined;
  /** The same where nothing came of it. */
  failedDocument(): string | undefined;
}

const most = 50;
const longest = 500;

export function listenToNoise(page: Page): Noise {
  const consoleErrors: string[] = [];
  const failedRequests: { readonly address: string; readonly why: string }[] = [];
  let last: string | undefined;
  let failed: string | undefined;
  const complain = (text: string): void => {
    if (consoleErrors.length < most) consoleErrors.push(safeText(text, longest));
  };
  const fail = (address: string, why: string): void => {
    if (failedRequests.length < most) failedRequests.push({ address: safeText(address, longest), why: safeText(why, longest) });
  };
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text());
  });
  page.on('pageerror', (error) => complain(error.message));
  page.on('request', (request) => {
    if (isOwnDocument(request, page)) [last, failed] = [request.url(), undefined];
  });
  page.on('requestfailed', (request) => {
    if (request.url() === last) failed = last;
    fail(request.url(), request.failure()?.errorText ?? 'unknown');
  });
  page.on('response', (response) => {
    if (response.status() >= 400) fail(response.url(), `status ${response.status()}`);
  });
  return { consoleErrors, failedRequests, lastDocument: () => last, failedDocument: () => failed };
}

/** Whether it asks for the page itself, and not for something in it. */
export function isOwnDocument(request: Request, page: Page): boolean {
  if (!request.isNavigationRequest()) return false;
  try {
    return request.frame() === page.mainFrame();
  } catch {
    // A frame that is only being made; the page's own is there.
    return false;
  }
}
