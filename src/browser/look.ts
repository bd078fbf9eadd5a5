import * as z from 'zod';
import { messageOf } from '../kit/errors.ts';
import { mostPixels } from './picture-size.ts';
import type { PdfRequest, ScreenshotRequest } from './requests.ts';
import type { OpenPage } from './visit.ts';

/** What every answer says of the page that was seen. */
export interface PageFacts {
  readonly finalAddress: string;
  readonly status: number | undefined;
  readonly title: string;
  /** The time was over before the page was ready; this is what there was. */
  readonly timedOut: boolean;
}

export interface Picture {
  readonly mediaType: string;
  /** In base64. */
  readonly image: string;
}

const mostHtml = 2_000_000;
const mostText = 500_000;
const captureMs = 10_000;

/** `conceal` takes out of address and title what nobody may read there. */
export async function factsOf(open: OpenPage, conceal: (text: string) => string = (text) => text): Promise<PageFacts> {
  const title = conceal(await steadily(open, async () => await open.page.title())).slice(0, 500);
  return { finalAddress: conceal(open.page.url()), status: open.status(), title, timedOut: open.isTimedOut() };
}

/**
 * Reads again where the page went on to another one in the middle, as long as there is time. Only the reading: a page that is opened, or
 * signed in to, a second time is asked for more than was wanted.
 */
export async function steadily<T>({ leftMs, settle }: Pick<OpenPage, 'leftMs' | 'settle'>, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (cause) {
      if (!/context was destroyed/i.test(messageOf(cause)) || leftMs() <= 1) throw cause;
      await settle('load');
    }
  }
}

type Shot = Pick<ScreenshotRequest, 'format' | 'fullPage' | 'quality' | 'selector'> & {
  /** Device pixels for each of CSS; 1 where absent. */
  readonly scale?: number;
};

export async function takePicture(open: OpenPage, shot: Shot): Promise<Buffer> {
  return await steadily(open, async () => await takeOnce(open, shot));
}

async function takeOnce({ page }: OpenPage, { format, quality, fullPage, selector, scale = 1 }: Shot): Promise<Buffer> {
  const options = {
    type: format,
    animations: 'disabled' as const,
    timeout: captureMs,
    ...(quality === undefined || format === 'png' ? {} : { quality }),
  };
  if (!fullPage && selector === undefined) return await page.screenshot(options);
  const whole = areaSchema.parse(await page.evaluate(documentArea));
  const asked = selector === undefined ? whole : await areaOf(page, selector, whole);
  const width = Math.max(1, Math.min(Math.ceil(asked.width), page.viewportSize()?.width ?? asked.width));
  const height = Math.max(1, Math.min(asked.height, Math.floor(mostPixels / (width * scale ** 2))));
  return await page.screenshot({ ...options, fullPage: true, clip: { x: asked.x, y: asked.y, width, height } });
}

const areaSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
type Area = z.output<typeof areaSchema>;

const documentArea =
  '({ x: 0, y: 0, width: document.documentElement.clientWidth, height: Math.max(document.documentElement.scrollHeight, innerHeight) })';

/** Where an element is in the whole document; an element that is not shown is waited for. */
async function areaOf(page: OpenPage['page'], selector: string, whole: Area): Promise<Area> {
  const element = page.locator(`css=${selector}`).first();
  await element.waitFor({ state: 'visible', timeout: captureMs });
  const box = (await element.boundingBox({ timeout: captureMs })) ?? whole;
  const { x, y } = areaSchema.pick({ x: true, y: true }).parse(await page.evaluate('({ x: scrollX, y: scrollY })'));
  return { ...box, x: box.x + x, y: box.y + y };
}

export async function shoot(open: OpenPage, shot: Shot): Promise<PageFacts & Picture> {
  const image = (await takePicture(open, shot)).toString('base64');
  return { ...(await factsOf(open)), mediaType: `image/${shot.format}`, image };
}

const documentSchema = z.object({ html: z.string(), text: z.string() });

export interface Dom extends PageFacts {
  readonly html: string;
  readonly text: string;
  /** Either was longer than what is here. */
  readonly isCut: boolean;
  readonly consoleErrors: readonly string[];
  readonly failedRequests: OpenPage['noise']['failedRequests'];
}

export async function readDom(open: OpenPage): Promise<Dom> {
  // Cut inside the page, so that a huge one is never sent here whole. It runs beside what the page itself may have replaced.
  const read = `(() => {
    const html = document.documentElement ? document.documentElement.outerHTML : '';
    const text = document.body ? document.body.innerText : '';
    return { html: html.slice(0, ${mostHtml + 1}), text: text.slice(0, ${mostText + 1}) };
  })()`;
  const { html, text } = documentSchema.parse(await steadily(open, async () => await open.page.evaluate(read)));
  const { consoleErrors, failedRequests } = open.noise;
  return {
    ...(await factsOf(open)),
    html: html.slice(0, mostHtml),
    text: text.slice(0, mostText),
    isCut: html.length > mostHtml || text.length > mostText,
    consoleErrors,
    failedRequests,
  };
}

/** The tree that assistive programs see, as YAML: https://playwright.dev/docs/aria-snapshots */
export async function readAccessibility(open: OpenPage): Promise<PageFacts & { readonly tree: string; readonly isCut: boolean }> {
  const tree = await steadily(open, async () => await open.page.ariaSnapshot({ timeout: captureMs }));
  return { ...(await factsOf(open)), tree: tree.slice(0, mostText), isCut: tree.length > mostText };
}

export async function printPdf(
  open: OpenPage,
  { format, landscape, background }: Pick<PdfRequest, 'format' | 'landscape' | 'background'>,
): Promise<PageFacts & { readonly mediaType: string; readonly pdf: string }> {
  const bytes = await open.page.pdf({ format, landscape, printBackground: background });
  return { ...(await factsOf(open)), mediaType: 'application/pdf', pdf: bytes.toString('base64') };
}
