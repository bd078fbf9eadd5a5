import type { EdgeAnswer } from '../senses/edge.ts';

/** The cookies of one host, as a browser keeps them while it is led from page to page. */
export interface CookieJar {
  readonly header: () => string;
  readonly keep: (answer: EdgeAnswer) => void;
}

/** `first` is what the browser came with, as in a Cookie header. */
export function cookieJar(first = ''): CookieJar {
  const kept = new Map<string, string>();
  const put = (pair: string): void => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1);
    if (value === '') kept.delete(name);
    else kept.set(name, value);
  };
  if (first !== '') first.split('; ').forEach(put);
  return {
    header: () => [...kept].map(([name, value]) => `${name}=${value}`).join('; '),
    keep: ({ cookies }) => cookies.forEach(put),
  };
}
