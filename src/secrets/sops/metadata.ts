import { buffer } from 'node:stream/consumers';
import { Encrypter, Decrypter, armor } from 'age-encryption';
import * as z from 'zod';
import type { AgeKey } from '../age-key.ts';
import { unencryptedSuffix } from './tree.ts';

/** The format is that of this version's source, https://github.com/getsops/sops */
export const sopsVersion = '3.13.2';

const unused = z.union([z.array(z.never()), z.null()]).optional();

/** What of SOPS's metadata is understood; a file with any other rule is refused rather than misread. */
const metadataSchema = z
  .strictObject({
    age: z.array(z.strictObject({ recipient: z.string(), enc: z.string() })),
    lastmodified: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/),
    mac: z.string().min(1),
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    unencrypted_suffix: z.literal(unencryptedSuffix).optional(),
    kms: unused,
    gcp_kms: unused,
    hckms: unused,
    azure_kv: unused,
    hc_vault: unused,
    pgp: unused,
  })
  .readonly();

export type SopsMetadata = z.infer<typeof metadataSchema>;

/** The metadata, or a sentence that says which field of it is not as SOPS writes it. */
export function parseMetadata(value: unknown): SopsMetadata | string {
  const parsed = metadataSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `its sops metadata is not understood at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}`;
}

/** The data key's armoured envelope for one age recipient. */
export async function sealDataKey(dataKey: Buffer, recipient: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(dataKey));
}

/** What the owner's key finds in the file: the data key, no envelope for it, or an envelope that it cannot open. */
export async function openDataKey(metadata: SopsMetadata, key: AgeKey): Promise<Buffer | 'not-for-this-key' | 'damaged'> {
  const envelope = metadata.age.find(({ recipient }) => key.recipients.includes(recipient));
  if (!envelope) return 'not-for-this-key';
  const decrypter = new Decrypter();
  for (const identity of key.identities) decrypter.addIdentity(identity);
  try {
    // Given bytes instead of a stream, age collects them with a Response, which loads Node's HTTP client: 40 ms of every command.
    const dataKey = await buffer(await decrypter.decrypt(ReadableStream.from([armor.decode(envelope.enc)])));
    return dataKey.length === 32 ? dataKey : 'damaged';
  } catch {
    return 'damaged';
  }
}
