import { createWriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { messageOf, systemCode } from '../kit/errors.ts';
import type { Upload } from './backends/backend.ts';
import { Refusal } from './failure.ts';

export interface UploadLimits {
  /** Of the file. */
  readonly mostBytes: number;
}

export interface Received {
  readonly upload: Upload;
  readonly fields: readonly (readonly [string, string])[];
}

/** Room for the fields and headers of a form, beside its file. */
const formBytes = 1024 * 1024;
const limits = { fields: 40, files: 1, parts: 42, fieldSize: 32 * 1024, headerPairs: 20, headerSize: 8 * 1024 };

/** What servers look at to know a format by its name. */
const extensions = new Set(['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'opus', 'wav', 'webm', 'aac', 'amr', '3gp']);

/**
 * Writes the file of a form to `path` as it arrives, which nothing may have yet, and keeps its other fields. Throws a Refusal for a form
 * that is damaged, too large or without a file. Nothing from outside becomes part of a path.
 */
export async function receiveForm(
  body: Readable,
  contentType: string,
  path: string,
  { mostBytes }: UploadLimits,
  signal: AbortSignal,
): Promise<Received> {
  const fields: (readonly [string, string])[] = [];
  let saving: Promise<Upload> | undefined;
  let refusal: Refusal | undefined;
  const over = new AbortController();
  const parser = parserFor(contentType, mostBytes);
  const refuse = (reason: Refusal): void => {
    refusal ??= reason;
    body.destroy(refusal);
  };
  parser.on('file', (field, stream, filename) => {
    if (field !== 'file' || saving) {
      stream.resume();
      return;
    }
    stream.once('limit', () => refuse(tooLarge(mostBytes)));
    saving = save(stream, path, filename ?? '', over.signal);
    saving.catch((cause: unknown) => body.destroy(cause instanceof Error ? cause : undefined));
  });
  parser.on('field', (name, value, _isNameCut, isCut) => {
    if (isCut) refuse(new Refusal(400, `The field '${name.slice(0, 40)}' is too long.`, { code: 'string_above_max_length' }));
    else fields.push([name, value]);
  });
  for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
    parser.once(event, () => refuse(new Refusal(400, 'The form has too many fields or files.')));
  }
  try {
    await pipeline(body, atMost(mostBytes + formBytes, tooLarge(mostBytes)), parser, { signal });
    if (refusal) throw refusal;
    if (!saving) throw new Refusal(400, "The form has no file in its field 'file'.", { param: 'file', code: 'missing_required_parameter' });
    const upload = await saving;
    if (upload.bytes === 0) throw new Refusal(400, 'The file is empty.', { param: 'file', code: 'invalid_value' });
    return { upload, fields };
  } catch (cause) {
    // The parser does not end a file in the middle of which its form broke off.
    over.abort();
    await saving?.catch(() => undefined);
    signal.throwIfAborted();
    if (refusal) throw refusal;
    if (cause instanceof Refusal) throw cause;
    if (systemCode(cause) === 'ENOSPC') throw new Refusal(503, 'There is no room for the file just now.', { retryAfterSeconds: 30 });
    throw new Refusal(400, `The form could not be read: ${messageOf(cause).slice(0, 100)}`);
  }
}

function parserFor(contentType: string, mostBytes: number): BusboyInstance {
  if (!/^multipart\/form-data\b/i.test(contentType))
    throw new Refusal(415, 'The request has to be multipart/form-data, with a file in it.');
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: { ...limits, fileSize: mostBytes } });
  } catch (cause) {
    throw new Refusal(400, `The form could not be read: ${messageOf(cause).slice(0, 100)}`);
  }
}

async function save(stream: Readable, path: string, filename: string, signal: AbortSignal): Promise<Upload> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(stream, file, { signal });
  const extension = /\.([a-z0-9]{2,4})$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
  return { path, bytes: file.bytesWritten, extension: extensions.has(extension) ? extension : '' };
}

function atMost(bytes: number, refusal: Refusal): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(refusal);
      else done(null, chunk);
    },
  });
}

export function tooLarge(mostBytes: number): Refusal {
  return new Refusal(413, `Maximum content size limit (${mostBytes}) exceeded.`, { param: 'file' });
}
