import { createHash, createPublicKey, verify } from 'node:crypto';

/**
 * Whether a mail bears a signature (RFC 6376, relaxed/relaxed, RSA with SHA-256) of `selector` for `domain` that fits its words and the
 * record in DNS.
 */
export function isSigned(mail: string, { domain, selector, record }: Readonly<Record<'domain' | 'selector' | 'record', string>>): boolean {
  const end = mail.indexOf('\r\n\r\n');
  const headers = mail
    .slice(0, end)
    .split(/\r\n(?![ \t])/)
    .map((line) => ({ name: line.slice(0, line.indexOf(':')).toLowerCase().trim(), value: line.slice(line.indexOf(':') + 1) }));
  const signature = headers.find(({ name }) => name === 'dkim-signature')?.value ?? '';
  const tag = (name: string): string => new RegExp(`(?:^|;)${name}=([^;]*)`).exec(signature.replaceAll(/\s/g, ''))?.[1] ?? '';
  const body = mail
    .slice(end + 4)
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(' \r\n', '\r\n')
    .replace(/(?:\r\n)*$/, '\r\n');
  const left = headers.toReversed();
  const signed = tag('h')
    .toLowerCase()
    .split(':')
    .flatMap((field) => {
      const at = left.findIndex(({ name }) => name === field);
      return at < 0 ? [] : left.splice(at, 1);
    });
  const text = [...signed, { name: 'dkim-signature', value: signature.replace(/([;\s]b=)[^;]*/, '$1') }]
    .map(({ name, value }) => `${name}:${value.replaceAll(/\s+/g, ' ').trim()}`)
    .join('\r\n');
  const key = createPublicKey({ key: Buffer.from(/p=(\S+)/.exec(record)?.[1] ?? '', 'base64'), format: 'der', type: 'spki' });
  return (
    [tag('a'), tag('c'), tag('d'), tag('s')].join() === `rsa-sha256,relaxed/relaxed,${domain},${selector}` &&
    tag('h').toLowerCase().split(':').includes('from') &&
    createHash('sha256').update(body).digest('base64') === tag('bh') &&
    verify('sha256', Buffer.from(text), key, Buffer.from(tag('b'), 'base64'))
  );
}
