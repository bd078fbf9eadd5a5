import { html } from 'hono/html';
import { safeText } from '../../kit/log.ts';
import type { Session } from '../sessions.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import { timeFrom } from './time.ts';

/** An open session as its owner sees it. */
export interface SessionLine {
  readonly handle: string;
  readonly session: Session;
  readonly isThis: boolean;
}

/** Every open session, each with a button to end it. `now` in milliseconds. */
export function sessionsPage(csrf: string, lines: readonly SessionLine[], now: number, notice?: string): Page {
  const hasOthers = lines.some(({ isThis }) => !isThis);
  return {
    name: 'Your sessions',
    isWide: true,
    body: html`<h1>Your sessions</h1>
<p class="soft">Where you are signed in. End what you do not know, then change your password.</p>
${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
<ul class="list">${lines.map((line) => sessionItem(csrf, line, now))}</ul>
<div class="row">${
      hasOthers
        ? html`<form method="post" action="/settings/sessions"><input type="hidden" name="csrf" value="${csrf}"><button type="submit" name="end" value="others">End all others</button></form>`
        : ''
    }<a class="button quiet" href="/settings">Back to settings</a></div>`,
  };
}

function sessionItem(csrf: string, { handle, session, isThis }: SessionLine, now: number): Html {
  const browser = browserWords(session.agent);
  return html`<li><div><strong>${browser}</strong>${isThis ? html` · this one` : ''}
<p class="soft">from ${safeText(session.address)} · signed in ${timeFrom(now, session.startedAt)} · last proof ${timeFrom(now, session.provedAt)}</p></div>
${
  isThis
    ? ''
    : html`<form method="post" action="/settings/sessions"><input type="hidden" name="csrf" value="${csrf}"><button class="quiet" type="submit" name="end" value="${handle}" aria-label="End the session of ${browser} from ${safeText(session.address)}">End</button></form>`
}</li>`;
}

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrom(?:e|ium)\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'an iPhone'],
  [/\biPad\b/, 'an iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'a Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** A browser's own line about itself, in words that a person knows; what nobody knows is shown as it came. */
export function browserWords(agent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  if (browser === undefined) return safeText(agent, 60) || 'A browser that does not say its name';
  return system === undefined ? browser : `${browser} on ${system}`;
}
