import { parseUrl } from '../kit/parse-url.ts';

/** Whether a host name is the domain itself or lies under it. */
export function isUnderDomain(host: string, domain: string): boolean {
  const name = host.toLowerCase();
  const parent = domain.toLowerCase();
  return name === parent || name.endsWith(`.${parent}`);
}

/**
 * The place to send a person back to, in normal form; undefined unless it is an https address under one of the domains,
 * without credentials in it. What comes back is printed from the parsed address, never the text that was given.
 */
export function safeRedirect(wanted: string | undefined, domains: readonly string[]): string | undefined {
  if (!wanted || wanted.length > 2048 || /[\p{Cc} \\]/u.test(wanted) || !/^https:\/\//i.test(wanted)) return undefined;
  const url = parseUrl(wanted);
  if (!url || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  return domains.some((domain) => isUnderDomain(url.hostname, domain)) ? url.href : undefined;
}
