import type * as z from 'zod';
import type { Chromium } from './chromium.ts';
import { type LoginSeen, tryLogin } from './login.ts';
import { type Dom, type PageFacts, type Picture, factsOf, printPdf, readAccessibility, readDom, shoot, takePicture } from './look.ts';
import { type ReadText, readPicture } from './ocr.ts';
import { mostPixels } from './picture-size.ts';
import type { Busy, Pool } from './pool.ts';
import type { LoginRequest, PdfRequest, ScreenshotRequest, VisitRequest, ocrRequest } from './requests.ts';
import type { TargetRules } from './targets.ts';
import { type NotOpened, type OpenPage, visit } from './visit.ts';

export type Answer<Seen> =
  | { readonly kind: 'seen'; readonly seen: Seen }
  | NotOpened
  | Busy
  | { readonly kind: 'unreadable'; readonly why: string };

/** All that is done with pages. Each function ends its page when the signal is aborted. */
export interface Service {
  /** Version of the Chromium that answers; rejects where none does. */
  readonly check: () => Promise<string>;
  readonly screenshot: (request: ScreenshotRequest, signal: AbortSignal) => Promise<Answer<PageFacts & Picture>>;
  readonly dom: (request: VisitRequest, signal: AbortSignal) => Promise<Answer<Dom>>;
  readonly accessibility: (request: VisitRequest, signal: AbortSignal) => Promise<Answer<PageFacts & { readonly tree: string }>>;
  readonly ocr: (request: z.output<typeof ocrRequest>, signal: AbortSignal) => Promise<Answer<ReadText & Partial<PageFacts>>>;
  readonly pdf: (request: PdfRequest, signal: AbortSignal) => Promise<Answer<PageFacts & { readonly pdf: string }>>;
  readonly login: (request: LoginRequest, signal: AbortSignal) => Promise<Answer<LoginSeen>>;
}

export interface ServiceParts {
  readonly pool: Pool<Chromium>;
  readonly targets: TargetRules;
  readonly onRefused: () => void;
  readonly onChecked: (isUp: boolean) => void;
}

const checkMs = 8000;
/** Letters of a page are small for one who knows them from print. */
const ocrScale = 2;

export function createService({ pool, targets, onRefused, onChecked }: ServiceParts): Service {
  return {
    check: async () => {
      try {
        const version = await pool.check(checkMs);
        onChecked(true);
        return version;
      } catch (cause) {
        onChecked(false);
        throw cause;
      }
    },
    screenshot: async (request, signal) => await see(request, (open) => shoot(open, request), signal),
    dom: async (request, signal) => await see(request, readDom, signal),
    accessibility: async (request, signal) => await see(request, readAccessibility, signal),
    ocr: async (request, signal) => {
      const { languages } = request;
      if ('image' in request) {
        const picture = Buffer.from(request.image, 'base64');
        return await pool.use(async () => await read(picture, { languages }, {}, signal), signal);
      }
      const scale = request.viewport.width * request.viewport.height * ocrScale ** 2 > mostPixels ? 1 : ocrScale;
      const look = async (open: OpenPage): Promise<{ readonly facts: PageFacts; readonly picture: Buffer }> => ({
        facts: await factsOf(open),
        picture: await takePicture(open, { format: 'png', fullPage: request.fullPage, scale }),
      });
      // Reading takes a processor for longer than the page did, so the turn ends after it.
      return await inTurn(async (chromium) => {
        const seen = await visit({ chromium, targets, onRefused }, { ...request, scale }, look, signal);
        return seen.kind === 'seen' ? await read(seen.seen.picture, { languages, scale }, seen.seen.facts, signal) : seen;
      }, signal);
    },
    pdf: async (request, signal) => await see(request, (open) => printPdf(open, request), signal),
    login: async (request, signal) => await see(request, (open) => tryLogin(open, request, targets.domain, signal), signal),
  };

  async function see<T>(request: VisitRequest, look: (open: OpenPage) => Promise<T>, signal: AbortSignal): Promise<Answer<T>> {
    return await inTurn(async (chromium) => await visit({ chromium, targets, onRefused }, request, look, signal), signal);
  }

  async function inTurn<T>(act: (chromium: Chromium) => Promise<Answer<T>>, signal: AbortSignal): Promise<Answer<T>> {
    const once = async (): Promise<Answer<T>> => await pool.use(act, signal);
    const first = await once();
    // Chromium had ended, and nobody had noticed yet.
    return first.kind === 'gone' && !first.hasBegun ? await once() : first;
  }

  async function read(
    picture: Buffer,
    options: { readonly languages: readonly string[]; readonly scale?: number },
    facts: Partial<PageFacts>,
    signal: AbortSignal,
  ): Promise<Answer<ReadText & Partial<PageFacts>>> {
    const ocr = await readPicture(picture, options, signal);
    return ocr.kind === 'read' ? { kind: 'seen', seen: { ...ocr.read, ...facts } } : ocr;
  }
}
