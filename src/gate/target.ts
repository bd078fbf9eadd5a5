import { parseUrl } from '../kit/parse-url.ts';

/** What a person asks the edge for: the subject of an access decision. */
export interface Target {
  readonly url: string;
  readonly host: string;
  /** Percent-decoded, without `.`, `..` and doubled slashes, with the query as it came. */
  readonly path: string;
  readonly method: string;
}

/** The four headers that the edge sets about the request it asks for. */
export interface ForwardedRequest {
  readonly proto: string | undefined;
  readonly host: string | undefined;
  readonly uri: string | undefined;
  readonly method: string | undefined;
}

/** Reads a target from forwarded headers; undefined where one is missing, insecure or malformed. */
export function parseTarget(request: ForwardedRequest): Target | undefined {
  const { proto, host, uri = '/', method } = request;
  if (proto !== 'https' && proto !== 'wss') return undefined;
  if (!method || !/^[A-Z]{1,32}$/.test(method)) return undefined;
  if (!host || !/^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/.test(host)) return undefined;
  if (!uri.startsWith('/') || uri.length > 16_384 || /[\p{Cc} ]/u.test(uri)) return undefined;
  const path = cleanPath(uri);
  const url = parseUrl(`https://${host}`);
  if (path === undefined || url === undefined) return undefined;
  return { url: `${proto}://${host.toLowerCase()}${uri}`, host: url.hostname, path, method };
}

/** Decodes once and resolves dot segments, so that `/api/%2e%2e/admin` is judged as `/admin`. */
function cleanPath(uri: string): string | undefined {
  const cut = uri.indexOf('?');
  const raw = cut === -1 ? uri : uri.slice(0, cut);
  const query = cut === -1 || cut === uri.length - 1 ? '' : uri.slice(cut);
  const decoded = decodeOnce(raw);
  if (decoded === undefined) return undefined;
  const kept: string[] = [];
  for (const part of decoded.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const path = `/${kept.join('/')}`;
  return `${path}${path !== '/' && decoded.endsWith('/') ? '/' : ''}${query}`;
}

function decodeOnce(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
