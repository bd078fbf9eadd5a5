import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines of one of our daemons on stdout. Callers log names and results only, never a password, cookie, token or session id. */
export function createLog(daemon: string, level: string, destination?: DestinationStream): Log {
  const options = { level, base: { daemon }, timestamp: pino.stdTimeFunctions.isoTime };
  return destination ? pino(options, destination) : pino(options);
}

/** Text from outside as it may enter a log or a page: no control or direction marks, at most `longest` characters. */
export function safeText(text: string, longest = 80): string {
  const clean = text.slice(0, longest * 4).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, '');
  const characters = Array.from(clean);
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : clean;
}
