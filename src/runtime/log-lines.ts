import { StringDecoder } from 'node:string_decoder';

const longestLine = 4000;

/** Text without what moves a terminal's cursor or colours it, and no longer than `longest` characters. Tabs and line ends stay. */
export function cleanText(text: string, longest: number): string {
  const plain = text
    // oxlint-disable-next-line no-control-regex -- these are what has to go
    .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g, '')
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g, '');
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}

/** Takes bytes as they come and gives whole lines; a line without end is cut and costs no more memory. */
export interface LineSplitter {
  readonly push: (bytes: Uint8Array) => void;
  /** Gives what is left without a line end. */
  readonly end: () => void;
}

export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    push: (bytes) => {
      const parts = (rest + decoder.write(Buffer.from(bytes))).split('\n');
      rest = (parts.pop() ?? '').slice(0, 2 * longestLine);
      for (const part of parts) onLine(cleanText(part, longestLine));
    },
    end: () => {
      const last = rest + decoder.end();
      rest = '';
      if (last !== '') onLine(cleanText(last, longestLine));
    },
  };
}

/**
 * Takes the engine's multiplexed stream apart: eight bytes (1 or 2 for stdout or stderr, three zeros, length), then payload.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export function demultiplex(onPayload: (stream: 'stdout' | 'stderr', payload: Uint8Array) => void): (chunk: Uint8Array) => void {
  let head = Buffer.alloc(0);
  let left = 0;
  let stream: 'stdout' | 'stderr' = 'stdout';
  return (chunk) => {
    let bytes = Buffer.from(chunk);
    while (bytes.length > 0) {
      if (left > 0) {
        onPayload(stream, bytes.subarray(0, left));
        const taken = Math.min(left, bytes.length);
        left -= taken;
        bytes = bytes.subarray(taken);
        continue;
      }
      const missing = 8 - head.length;
      head = Buffer.concat([head, bytes.subarray(0, missing)]);
      bytes = bytes.subarray(missing);
      if (head.length < 8) return;
      stream = head[0] === 2 ? 'stderr' : 'stdout';
      left = head.readUInt32BE(4);
      head = Buffer.alloc(0);
    }
  };
}
