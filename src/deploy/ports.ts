import { createServer } from 'node:net';
import { DatamancyError, systemCode } from '../kit/errors.ts';

/** The first pair of ports that nobody listens on: the standard ones, else the next that are easy to remember. */
export async function freePorts(bind: string): Promise<{ readonly http: number; readonly https: number }> {
  const pairs = [
    [80, 443],
    [8080, 8443],
    [8081, 8444],
    [18080, 18443],
  ] as const;
  for (const [http, https] of pairs) if ((await isFree(http, bind)) && (await isFree(https, bind))) return { http, https };
  return { http: await anyFree(bind), https: await anyFree(bind) };
}

async function isFree(port: number, bind: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      const code = systemCode(cause);
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false);
      else reject(code === 'EADDRNOTAVAIL' ? noSuchAddress(bind, cause) : cause);
    });
    server.listen(port, bind, () => server.close(() => resolve(true)));
  });
}

function noSuchAddress(bind: string, cause: unknown): DatamancyError {
  return new DatamancyError('E_HOST_MISSING', `this machine has no address ${bind}`, {
    fix: 'write an address of this machine under `bind:` in cluster.yaml, or 0.0.0.0 for all of them',
    cause,
  });
}

async function anyFree(bind: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, bind, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
