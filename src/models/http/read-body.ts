import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** Bodies that are held in memory while their model is not answering them, counted as they arrive. */
export interface BodyRoom {
  read(request: IncomingMessage): Promise<HeldBody>;
  held(): number;
}

/** `release` may be called more than once. */
interface HeldBody {
  /** Once. What is made of it may be another buffer, so this one is not kept here. */
  take(): Buffer;
  release(): void;
}

/** No body is larger than `each`, and all that are held together not larger than `together`. */
export function createBodyRoom({ each, together }: { readonly each: number; readonly together: number }): BodyRoom {
  let held = 0;
  const tooLarge = (): ApiError =>
    new ApiError(413, 'request_too_large', `The request is larger than ${Math.floor(each / 1024 ** 2)} MiB.`);
  return {
    held: () => held,
    async read(request) {
      if (Number(request.headers['content-length'] ?? 0) > each) throw tooLarge();
      const chunks: Buffer[] = [];
      let size = 0;
      const release = (): void => {
        held -= size;
        size = 0;
      };
      try {
        for await (const chunk of request as AsyncIterable<Buffer>) {
          held += chunk.length;
          size += chunk.length;
          chunks.push(chunk);
          if (size > each) throw tooLarge();
          if (held > together)
            throw new ApiError(429, 'requests_too_large', 'Large requests wait already. Try again later.', { retryAfterMs: 5_000 });
        }
        return { take: () => Buffer.concat(chunks.splice(0)), release };
      } catch (cause) {
        release();
        throw cause;
      }
    },
  };
}
