import { words } from './markdown.ts';

/** Inline SVG in the colours of the page, one line of HTML so that Markdown leaves it alone; it scrolls where the screen is narrow. */
export function picture(title: string, size: { readonly width: number; readonly height: number }, parts: readonly string[]): string {
  const { width, height } = size;
  const frame = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${words(title)}"`;
  return `<div class="picture"><svg ${frame}>${parts.join('')}</svg></div>`;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Text at its left end, or centred around the point. */
export function label({ x, y }: Point, content: string, kind: 'left' | 'centre' = 'left'): string {
  return `<text x="${x}" y="${y}"${kind === 'centre' ? ' class="centre"' : ''}>${words(content)}</text>`;
}

/** The same, leading to a page of the site. */
export function linked(href: string, inner: string): string {
  return `<a href="${words(href)}">${inner}</a>`;
}
