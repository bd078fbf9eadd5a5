import { html } from 'hono/html';
import type { Html } from '../../kit/page/layout.ts';

const inWords = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A time as people say it: `3 hours ago`, `in 27 days`. Both in milliseconds since 1970. */
export function timeFrom(now: number, at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${at > now ? ahead((at - now) / 60_000) : past((now - at) / 60_000)}</time>`;
}

function past(minutes: number): string {
  if (minutes < 1) return 'just now';
  if (minutes < 60) return inWords.format(-Math.floor(minutes), 'minute');
  return minutes < 48 * 60 ? inWords.format(-Math.floor(minutes / 60), 'hour') : inWords.format(-Math.floor(minutes / 1440), 'day');
}

function ahead(minutes: number): string {
  if (minutes < 60) return inWords.format(Math.max(1, Math.round(minutes)), 'minute');
  return minutes < 48 * 60 ? inWords.format(Math.round(minutes / 60), 'hour') : inWords.format(Math.round(minutes / 1440), 'day');
}
