import { inflateSync } from 'node:zlib';

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly at: (x: number, y: number) => readonly number[];
}

/** Eight bits for each of three or four channels, as Chromium writes PNG: https://www.w3.org/TR/png-3/#9Filters */
export function readPng(base64: string): Pixels {
  const bytes = Buffer.from(base64, 'base64');
  const [width, height, channels] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[25] === 6 ? 4 : 3];
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows: number[][] = [];
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    const row: number[] = [];
    for (let i = 0; i < stride; i += 1) {
      const [left, up, corner] = [row[i - channels] ?? 0, rows[y - 1]?.[i] ?? 0, i < channels ? 0 : (rows[y - 1]?.[i - channels] ?? 0)];
      const near = [left, up, corner].toSorted((a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b))[0] ?? 0;
      row.push(((raw[y * (stride + 1) + 1 + i] ?? 0) + ([0, left, up, (left + up) >> 1, near][filter ?? 0] ?? 0)) & 255);
    }
    rows.push(row);
  }
  return { width, height, at: (x, y) => rows[y]?.slice(x * channels, x * channels + 3) ?? [] };
}
