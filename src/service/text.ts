/** A secret value by its name. Opaque on purpose: only the secret store turns it into characters, when a private file is written. */
export interface Secret {
  readonly kind: 'secret';
  readonly id: string;
  /** A derived form kept beside the value, such as `digest` or `public`. */
  readonly part?: string;
}

/** Stands for the path of a file under /run/secrets that holds the secret's value. */
export interface SecretFile {
  readonly kind: 'secret-file';
  readonly secret: Secret;
}

/** Literal parts, secrets and secret files, joined when the file that holds it is written. Built with the {@link text} tag. */
export interface Text<Part = string | Secret | SecretFile> {
  readonly kind: 'text';
  readonly parts: readonly Part[];
}

/** What an environment variable or a leaf of a config file may hold. Printers escape by type. */
export type Value = string | number | boolean | Secret | SecretFile | Text;

/** What a command line may hold: never a secret, because every user of the machine can read a process list. */
export type Argument = string | number | SecretFile | Text<string | SecretFile>;

export function text<const Parts extends readonly (string | number | Secret | SecretFile)[]>(
  literals: TemplateStringsArray,
  ...values: Parts
): Text<string | Exclude<Parts[number], number>> {
  const parts: (string | Exclude<Parts[number], number>)[] = [];
  literals.forEach((literal, i) => {
    if (literal !== '') parts.push(literal);
    const value: Parts[number] | undefined = values[i];
    if (value !== undefined) parts.push(typeof value === 'number' ? String(value) : (value as Exclude<Parts[number], number>));
  });
  return opaque({ kind: 'text', parts });
}

/** The path where the unit finds this secret as a file, for images that read `…_FILE` variables. */
export function file(secret: Secret): SecretFile {
  return opaque({ kind: 'secret-file', secret });
}

/** A derived form of the secret: its public key, digest and the like. */
export function part(secret: Secret, name: string): Secret {
  return opaque({ ...secret, part: name });
}

/** A copy in which whatever stands for a secret refuses to become a piece of a plain string: nothing could tell any more what it stood for. */
export function withOpaqueSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withOpaqueSecrets);
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOpaqueSecrets(inner)]));
  return ['secret', 'secret-file', 'text'].includes(String(copy['kind'])) ? opaque(copy) : copy;
}

function opaque<T extends object>(value: T): T {
  return Object.defineProperty(value, 'toString', { value: refuseToPrint });
}

function refuseToPrint(): never {
  throw new TypeError('a secret stands in a plain string; write text`…${secret}…` there');
}

/** Gives the characters of a secret, or of the path of a secret file. */
export interface Reveal {
  readonly secret: (secret: Secret) => string;
  readonly file: (secret: Secret) => string;
}

export function isPlain(value: unknown): value is string | number | boolean {
  return typeof value !== 'object' || value === null;
}

/** The characters of a value, with secrets and paths given by `reveal`. */
export function printValue(value: Value, reveal: Reveal): string {
  if (isPlain(value)) return String(value);
  if (value.kind === 'secret') return reveal.secret(value);
  if (value.kind === 'secret-file') return reveal.file(value.secret);
  return value.parts.map((piece) => printValue(piece, reveal)).join('');
}

/** Every secret that a value shows in clear. */
export function secretsIn(value: Value): readonly Secret[] {
  if (isPlain(value)) return [];
  if (value.kind === 'secret') return [value];
  if (value.kind === 'secret-file') return [];
  return value.parts.flatMap(secretsIn);
}

/** Every secret that a value wants mounted as a file. */
export function secretFilesIn(value: Value): readonly Secret[] {
  if (isPlain(value) || value.kind === 'secret') return [];
  if (value.kind === 'secret-file') return [value.secret];
  return value.parts.flatMap(secretFilesIn);
}
