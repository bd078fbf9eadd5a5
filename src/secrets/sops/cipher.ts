import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Text in `ENC[AES256_GCM,data:…,iv:…,tag:…,type:str]` as SOPS writes it, https://github.com/getsops/sops/blob/main/aes/cipher.go */
export function sealText(text: string, key: Buffer, additionalData: string): string {
  if (text === '') return '';
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(additionalData));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const [dataText, ivText, tagText] = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${dataText},iv:${ivText},tag:${tagText},type:str]`;
}

const sealed =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]+=*),iv:([A-Za-z0-9+/]+=*),tag:([A-Za-z0-9+/]+=*),type:(str|int|float|bool|bytes|time)\]$/;

/** Whether the text has the form of a sealed value, whatever it holds. */
export function isSealed(text: string): boolean {
  return sealed.test(text);
}

/** The text inside, or undefined where key, place or any byte of it is wrong. Only what is spelled canonically is accepted. */
export function openText(text: string, key: Buffer, additionalData: string): string | undefined {
  if (text === '') return '';
  const [, ...fields] = sealed.exec(text) ?? [];
  const [data, iv, tag] = fields.slice(0, 3).map(canonicalBytes);
  if (!data || !iv || tag?.length !== 16) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAAD(Buffer.from(additionalData));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function canonicalBytes(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
