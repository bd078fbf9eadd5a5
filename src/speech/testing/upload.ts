import { connect } from 'node:net';

/** A form as clients send it. */
export function form(fields: Readonly<Record<string, string>>, file?: Uint8Array, name = 'audio.wav'): FormData {
  const made = new FormData();
  for (const [key, value] of Object.entries(fields)) made.set(key, value);
  if (file) made.set('file', new Blob([Uint8Array.from(file)], { type: 'audio/wav' }), name);
  return made;
}

/** Sends these bytes as they are, and gives what came back until the connection was closed: by the other side, or by the signal. */
export async function exchange(
  port: number,
  parts: readonly (string | Uint8Array)[],
  signal = AbortSignal.timeout(10_000),
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const leave = (): void => void socket.destroy();
    signal.addEventListener('abort', leave, { once: true });
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (/\r\n\r\n[^]*\}$/.test(answer)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      signal.removeEventListener('abort', leave);
      resolve(answer);
    });
    for (const part of parts) socket.write(part);
  });
}
