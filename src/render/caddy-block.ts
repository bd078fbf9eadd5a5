/** Host and port as Caddy and Prometheus read them. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What is said where no service answers. */
export const noSuchHost = 'respond "No such host in this cluster." 404';

/** A directive or a site with what belongs to it, one tab further in; without a head the global options. */
export function block(head: string, directives: readonly string[]): string {
  const body = directives.flatMap((directive) => directive.split('\n')).map((line) => `\t${line}`);
  return [head === '' ? '{' : `${head} {`, ...body, '}'].join('\n');
}
