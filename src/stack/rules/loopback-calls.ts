import type { Call } from './calls.ts';

const host = String.raw`(?<![\w.-])(?:localhost|127\.0\.0\.1|\[?::1\]?)`;
const end = String.raw`(?![\w.])`;
const written = [
  new RegExp(String.raw`${host}:(?<port>\d{1,5})${end}`, 'g'),
  new RegExp(String.raw`/dev/tcp/(?:localhost|127\.0\.0\.1|::1)/(?<port>\d{1,5})${end}`, 'g'),
  new RegExp(String.raw`\b(?:nc|ncat|netcat|telnet)\b[^|;&]*?\s${host}\s+(?<port>\d{1,5})${end}`, 'g'),
];
const implied = new RegExp(String.raw`\b(?<scheme>https?)://${host}(?![\w.:-])`, 'g');
/** The host of an address stands there for nothing: a socket in the file system is asked. */
const bySocket = /\s--(?:abstract-)?unix-socket\b|\bhttp\+unix:/;
const oneAddress = /\b(?:wget|nc)\b/;

/** Every port of its own loopback that a call asks and that stands in it as a number, each once. */
export function loopbackPortsOf({ words }: Pick<Call, 'words'>): readonly number[] {
  const line = words.join(' ');
  if (bySocket.test(line)) return [];
  const numbers = written.flatMap((pattern) => [...line.matchAll(pattern)].map(({ groups }) => Number(groups?.['port'])));
  const usual = [...line.matchAll(implied)].map(({ groups }) => (groups?.['scheme'] === 'https' ? 443 : 80));
  return [...new Set([...numbers, ...usual])];
}

/** The program that asks localhost by name and takes the first address of it for the only one; undefined where none does. */
export function programThatGuesses({ words }: Pick<Call, 'words'>): string | undefined {
  const line = words.join(' ');
  return /(?:https?:\/\/|\s)localhost(?:[:/\s]|$)/.test(line) ? oneAddress.exec(line)?.[0] : undefined;
}
