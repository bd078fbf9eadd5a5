import { parseUrl } from '../../kit/parse-url.ts';

/** The machine that the browser runs on, as far as a name can say it. */
export function isLoopback({ hostname }: URL): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?=[/?]|$)/;

/**
 * Whether two addresses on the loopback address are the same but for the port, which an app on a person's own machine cannot know before
 * it runs (RFC 8252, section 7.3). `localhost` may be another machine (section 8.3), so it is compared as it is written.
 */
export function differsByPort(registered: string, uri: string): boolean {
  if (!loopback.test(registered) || !loopback.test(uri) || !parseUrl(uri)) return false;
  return registered.replace(loopback, '$1') === uri.replace(loopback, '$1');
}

/** A redirect address as a source of a content security policy: an origin, or the scheme of an app's own. */
export function formTargetOf(uri: string): string | undefined {
  const url = parseUrl(uri);
  if (!url) return undefined;
  const { origin, protocol, hostname } = url;
  // Policies have no spelling for IPv6 addresses. https://www.w3.org/TR/CSP3/#grammardef-host-part
  const source = origin === 'null' || hostname.startsWith('[') ? protocol : origin;
  return /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9.:-]+)?$/.test(source) ? source : undefined;
}
