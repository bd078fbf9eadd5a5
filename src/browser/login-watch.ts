import type { Request } from 'playwright-core';
import { parseUrl } from '../kit/parse-url.ts';
import { isIn } from './conceal.ts';
import type { OpenPage } from './visit.ts';

/** What the page asked for, and was told, since the password was filled in. */
export interface Since {
  /** Where it was filled in. */
  readonly host: string;
  readonly requests: () => number;
  readonly documents: () => number;
  /** A request with the password in it has no answer yet. */
  readonly isUnderWay: () => boolean;
  /** Of the last answer, where that was a refusal; `at` is in milliseconds of `performance.now()`. */
  readonly refusal: () => Refusal | undefined;
}

interface Refusal {
  readonly status: number;
  readonly at: number;
}

const refusing = new Set([400, 401, 403, 422, 429]);

/**
 * Watches for what becomes of the password. Where a request is seen to have it, the answers to such alone count; else, as with one that a
 * script made unreadable, those of the form's own host.
 */
export function watchLogin({ page }: OpenPage, password: string): Since {
  const host = hostOf(page.url());
  const carriers = new Set<Request>();
  const waiting = new Set<Request>();
  let [requests, documents] = [0, 0];
  let refusal: Refusal | undefined;
  page.on('request', (request) => {
    requests += 1;
    if (request.method() === 'GET' || !isIn(request.postData() ?? '', password)) return;
    // What was answered before had nothing to do with it.
    refusal = undefined;
    carriers.add(request);
    waiting.add(request);
  });
  page.on('requestfailed', (request) => waiting.delete(request));
  page.on('domcontentloaded', () => (documents += 1));
  page.on('response', (response) => {
    const request = response.request();
    waiting.delete(request);
    const counts = carriers.size > 0 ? carriers.has(request) : request.method() !== 'GET' && hostOf(response.url()) === host;
    if (counts) refusal = refusing.has(response.status()) ? { status: response.status(), at: performance.now() } : undefined;
  });
  return {
    host,
    requests: () => requests,
    documents: () => documents,
    isUnderWay: () => waiting.size > 0,
    refusal: () => refusal,
  };
}

export function hostOf(address: string): string {
  return parseUrl(address)?.host ?? '';
}
