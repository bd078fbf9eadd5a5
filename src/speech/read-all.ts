import { BackendFailure } from './failure.ts';

/** The text of a stream; a BackendFailure where it is longer than `mostBytes`. */
export async function readAll(stream: AsyncIterable<unknown>, mostBytes: number, whose: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > mostBytes) throw new BackendFailure('failed', `${whose} answered more than ${mostBytes} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
