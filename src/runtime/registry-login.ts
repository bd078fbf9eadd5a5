import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { readIfExists } from '../kit/files.ts';
import { run } from '../kit/process.ts';

/** A login as the engine takes it: https://docs.docker.com/reference/api/engine/version/v1.41/#section/Authentication. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** What is read of docker's config.json: https://docs.docker.com/reference/cli/docker/login/#credential-stores. */
const configSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() })).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});
const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

const dockerHub = 'docker.io';
const dockerHubLogin = 'https://index.docker.io/v1/';

/** Host, with its port where it has one, of the registry that an image comes from. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : dockerHub;
}

/** The login that `docker login` keeps for the registry of an image, in its file or with a helper; undefined where there is none. */
export async function loginFor(image: string, env: Environment = process.env): Promise<RegistryLogin | undefined> {
  const { auths, credsStore, credHelpers } = await readConfig(env);
  const registry = registryOf(image);
  const server = registry === dockerHub ? dockerHubLogin : registry;
  const helper = credHelpers[server] ?? credsStore;
  if (helper) return askHelper(helper, server, env);
  const { auth = '', identitytoken } = auths[server] ?? auths[`https://${server}`] ?? {};
  if (identitytoken) return { identitytoken };
  const [, username, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(auth, 'base64').toString()) ?? [];
  return username === undefined || password === undefined ? undefined : { username, password, serveraddress: server };
}

/** A file of docker's own that is damaged or may not be read says nothing; docker itself then complains about it. */
async function readConfig(env: Environment): Promise<z.infer<typeof configSchema>> {
  try {
    const content = await readIfExists(join(env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker'), 'config.json'));
    return configSchema.parse(JSON.parse(content ?? '{}'));
  } catch {
    return configSchema.parse({});
  }
}

/**
 * A helper answers with a status other than 0 where it has no login: https://github.com/docker/docker-credential-helpers#development.
 * One that is slow, or answers something else, has none either.
 */
async function askHelper(helper: string, server: string, env: Environment): Promise<RegistryLogin | undefined> {
  const { status, stdout } = await run([`docker-credential-${helper}`, 'get'], { input: server, env, timeoutMs: 2000 });
  if (status !== 0) return undefined;
  try {
    const { Username, Secret } = answerSchema.parse(JSON.parse(stdout));
    return Username === '<token>' ? { identitytoken: Secret } : { username: Username, password: Secret, serveraddress: server };
  } catch {
    return undefined;
  }
}
