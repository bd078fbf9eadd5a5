import * as z from 'zod';
import { DatamancyError } from '../kit/errors.ts';
import type { ListenAddress } from '../kit/http-server.ts';
import { parseUrl } from '../kit/parse-url.ts';

export interface Settings {
  readonly engine: URL;
  readonly cluster: string;
  readonly listen: ListenAddress;
}

const engine = z.string().transform((text, context) => {
  const url = parseUrl(text.replace(/^tcp:/, 'http:'));
  if (url?.protocol === 'http:') return url;
  context.addIssue({ code: 'custom', message: 'is no address such as tcp://docker-socket-proxy:2375' });
  return z.NEVER;
});

const listen = z.string().transform((text, context): ListenAddress => {
  const url = parseUrl(`tcp://${text}`);
  if (url && url.port !== '') return { host: url.hostname, port: Number(url.port) };
  context.addIssue({ code: 'custom', message: 'is no address such as 0.0.0.0:9066' });
  return z.NEVER;
});

const schema = z.object({ DOCKER_HOST: engine, DATAMANCY_CLUSTER: z.string().min(1), DATAMANCY_LISTEN: listen });

/** Reads what the environment says, or throws E_USAGE with the first thing that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const found = schema.safeParse(env);
  if (found.success) {
    const { DOCKER_HOST: engine, DATAMANCY_CLUSTER: cluster, DATAMANCY_LISTEN: listen } = found.data;
    return { engine, cluster, listen };
  }
  const [issue] = found.error.issues;
  throw new DatamancyError('E_USAGE', `docker-health-exporter: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, {
    fix: 'set DOCKER_HOST, DATAMANCY_CLUSTER and DATAMANCY_LISTEN, as the catalog does',
  });
}
