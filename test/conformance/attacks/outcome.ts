import type { Target } from './attack.ts';
import { sessionCookie } from './visitor.ts';
import type { Answer } from './wire.ts';

/** How an attempt ended: the answer's status, and all that the one who tried has now and had not before. */
export interface Outcome {
  readonly status: number;
  readonly gains: readonly string[];
}

/** Reads an answer as an attacker does, who takes whatever he can use. */
export function outcomeOf(target: Target, answer: Answer, ...more: readonly string[]): Outcome {
  return { status: answer.status, gains: [...gainsOf(target, answer), ...more] };
}

/** Several answers to one attempt: the last one's status, and what all of them brought. */
export function outcomeOfAll(target: Target, answers: readonly Answer[], ...more: readonly string[]): Outcome {
  return { status: answers.at(-1)?.status ?? 0, gains: [...answers.flatMap((answer) => gainsOf(target, answer)), ...more] };
}

function gainsOf(target: Target, { cookies, headers, body }: Answer): readonly string[] {
  const location = headers.location === undefined ? undefined : new URL(headers.location, `${target.portal}/`);
  const given = [location?.search, location?.hash, body].join('\n');
  return [
    ...(cookies.some((line) => line.startsWith(`${sessionCookie}=`) && !line.startsWith(`${sessionCookie}=;`)) ? ['a session'] : []),
    ...(location && !isOwnPlace(target, location) ? [`a redirect to ${location.href}`] : []),
    ...foreignLinks(target, body),
    ...(/[?&#]code=/.test(given) ? ['a code'] : []),
    ...(/"(?:access|refresh|id)_token"\s*:/.test(given) ? ['a token'] : []),
    ...(/"remote-user":"([^"]+)"/i.test(body) ? ['entry to the app'] : []),
    ...(Object.keys(headers).some((name) => /^x-injected/i.test(name)) ? ['a header'] : []),
    ...(/<script>alert|<img src=x/i.test(body) ? ['markup'] : []),
  ];
}

/** Places that a browser may be led to: https under the cluster's domain, without credentials. */
function isOwnPlace(target: Target, url: URL): boolean {
  const isOwnHost = url.hostname === target.domain || url.hostname.endsWith(`.${target.domain}`);
  return url.protocol === 'https:' && isOwnHost && url.username === '' && url.password === '';
}

/** Links, forms and remembered destinations of a page that lead away. */
function foreignLinks(target: Target, page: string): readonly string[] {
  const found = page.matchAll(/(?:href|src|action|name="rd" value|content)="((?:[a-z][a-z0-9+.-]*:|\/\/|\/\\)[^"]*)"/gi);
  return [...found].flatMap(([, text = '']) => {
    const url = URL.canParse(text, target.portal) ? new URL(text, target.portal) : undefined;
    return /^(?:data:image|otpauth:)\//.test(text) || (url && isOwnPlace(target, url)) ? [] : [`a link to ${text}`];
  });
}
