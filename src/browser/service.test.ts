import { expect, test } from 'vitest';
import type { Chromium } from './chromium.ts';
import type { Pool } from './pool.ts';
import { type Service, createService } from './service.ts';

const { signal } = new AbortController();
const base = {
  targets: { inner: new Set<string>(), isRefused: () => true },
  onRefused: () => undefined,
  onChecked: () => undefined,
};
const noPicture = { image: Buffer.from('GIF89a').toString('base64'), languages: ['eng'] };

function serviceWith(use: Pool<Chromium>['use']): Service {
  return createService({ ...base, pool: { use, check: async () => 'Chromium 1', close: async () => undefined } });
}

test('a picture is read in a turn of its own, so no more are read at once than pages are open', async () => {
  const { promise: isFree, resolve: free } = withResolvers();
  let asked = 0;
  const service = serviceWith(async (act, aborted) => {
    asked += 1;
    await isFree;
    return await act(noChromium, aborted);
  });
  let isDone = false;
  const reading = service.ocr(noPicture, signal).finally(() => (isDone = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([asked, isDone]).toEqual([1, false]);
  free();
  expect(await reading).toEqual({ kind: 'unreadable', why: 'the picture is neither PNG nor JPEG' });
});

test('where all are busy, no picture is read', async () => {
  const busy = { kind: 'busy', retryAfterSeconds: 1 } as const;
  expect(await serviceWith(async () => busy).ocr(noPicture, signal)).toEqual(busy);
});

const noChromium: Chromium = {
  ask: async () => 'Chromium 1',
  close: async () => undefined,
  onGone: () => undefined,
  get browser(): never {
    throw new Error('reading a picture needs no page');
  },
};

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
