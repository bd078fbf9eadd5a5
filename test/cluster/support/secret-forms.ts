import { createPublicKey } from 'node:crypto';

/** Every secret of a cluster, with each way of writing it that could hide it from a plain search. */
export interface SecretForms {
  readonly byId: ReadonlyMap<string, string>;
  readonly forms: readonly { readonly id: string; readonly text: string }[];
}

/** `all` holds parts beside the values that have a name; they are searched for too. */
export function formsOf(byId: ReadonlyMap<string, string>, all: readonly string[]): SecretForms {
  const named = new Map([...byId].map(([id, value]) => [value, id]));
  const values = new Set([...byId.values(), ...all]);
  const forms = [...values].flatMap((value) => disguises(value).map((text) => ({ id: named.get(value) ?? 'a part of one', text })));
  return { byId, forms };
}

/** The ids of the secrets that occur in the text. */
export function findSecrets({ forms }: SecretForms, text: string): readonly string[] {
  return [...new Set(forms.filter((form) => text.includes(form.text)).map(({ id }) => id))].toSorted();
}

function disguises(value: string): readonly string[] {
  if (value.length < 8) throw new Error('a secret this short would be found everywhere');
  const bytes = Buffer.from(value);
  // Base64 of a value in the middle of something else begins at any of three places; its own middle stays.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -1),
  );
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const escaped = JSON.stringify(value).slice(1, -1);
  const open = publicPartOf(value);
  const longLines = value.split('\n').filter((line) => line.length >= 24 && !line.startsWith('-----') && !open.includes(bytesOf(line)));
  return [...new Set([value, encodeURIComponent(value), escaped, bytes.toString('hex'), ...base64, ...url, ...longLines])];
}

/** What a private key tells everybody: a certificate shows the same bytes. */
function publicPartOf(value: string): Buffer {
  if (!/-----BEGIN (?:EC |RSA )?PRIVATE KEY-----/.test(value)) return Buffer.alloc(0);
  return createPublicKey(value).export({ type: 'spki', format: 'der' });
}

function bytesOf(line: string): Buffer {
  return Buffer.from(line, 'base64');
}
