/**
 * A parsed address, or undefined for what is none. Node 20's `URL.canParse`, once it is compiled, takes letters beyond ASCII for no
 * address; the constructor never does.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
