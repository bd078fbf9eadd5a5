import * as z from 'zod';
import { parseUrl } from '../kit/parse-url.ts';

const longestUrl = 8192;

/** An address of the web, without a name and password in it, which would end up in logs. */
const address = z
  .string()
  .max(longestUrl)
  .transform((text, context) => {
    const url = parseUrl(text);
    const problem =
      url === undefined
        ? 'this is no address'
        : url.protocol !== 'http:' && url.protocol !== 'https:'
          ? 'only http and https are opened'
          : url.username !== '' || url.password !== ''
            ? 'an address with a password in it is not opened'
            : undefined;
    if (url && problem === undefined) return url.href;
    context.addIssue({ code: 'custom', message: problem ?? '' });
    return z.NEVER;
  });

const side = z.int().min(16).max(3840);
const selector = z.string().min(1).max(500);

const visit = {
  url: address,
  viewport: z.strictObject({ width: side, height: side }).default({ width: 1280, height: 800 }),
  /** What to wait for once the page has begun: that it loaded, that it asks nothing more for half a second, or an element. */
  wait: z.union([z.enum(['load', 'quiet']), z.strictObject({ selector })]).default('load'),
  /** For all of it. What there is by then is answered. */
  timeoutMs: z.int().min(1000).max(60_000).default(20_000),
};

export const visitRequest = z.strictObject(visit);
export type VisitRequest = z.output<typeof visitRequest>;

export const screenshotRequest = z.strictObject({
  ...visit,
  format: z.enum(['png', 'jpeg', 'webp']).default('png'),
  /** Of jpeg and webp. */
  quality: z.int().min(1).max(100).optional(),
  fullPage: z.boolean().default(false),
  /** The element to be shown, in place of the page. */
  selector: selector.optional(),
});
export type ScreenshotRequest = z.output<typeof screenshotRequest>;

export const pdfRequest = z.strictObject({
  ...visit,
  format: z.enum(['A3', 'A4', 'A5', 'Letter', 'Legal']).default('A4'),
  landscape: z.boolean().default(false),
  background: z.boolean().default(true),
});
export type PdfRequest = z.output<typeof pdfRequest>;

const languages = z
  .array(z.string().regex(/^[a-z]{3}(?:_[a-z]{3,4})?$/))
  .min(1)
  .max(4)
  .default(['eng']);

export const ocrRequest = z.union([
  z.strictObject({ ...visit, fullPage: z.boolean().default(false), languages }),
  /** A PNG or JPEG picture, in base64. */
  z.strictObject({ image: z.base64().max(12 * 1024 ** 2), languages }),
]);

export const loginRequest = z.strictObject({
  ...visit,
  user: z.string().min(1).max(256),
  password: z.string().min(1).max(1024),
  /** Further hosts to which the password may be given; the host of `url` may have it, and one cluster's hosts among themselves. */
  signOnHosts: z.array(z.string().toLowerCase().max(253)).max(8).default([]),
});
export type LoginRequest = z.output<typeof loginRequest>;
