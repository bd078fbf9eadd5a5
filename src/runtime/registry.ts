import { messageOf } from '../kit/errors.ts';
import type { Engine } from './engine.ts';
import { isConnectionFailure, openClient, unreachable, within, wordsOf } from './engine-client.ts';
import { loginFor, registryOf } from './registry-login.ts';

/** The digest that a tag stands for at its registry now, or why there is none and what to do. */
export type RegistryAnswer = { readonly digest: string } | { readonly why: string; readonly fix: string };

/**
 * Has the engine ask the registry of an image, with its own proxies and mirrors and the login that `docker login` keeps. The digest is
 * that of the list of manifests where there is one, and so the same for every platform. Nothing is pulled.
 */
export async function askRegistry(
  { address }: Pick<Engine, 'address'>,
  image: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<RegistryAnswer> {
  const login = await loginFor(image);
  const limit = AbortSignal.timeout(withinMs);
  const asked = openClient(address, withinMs + 1000)
    .getImage(image)
    .distribution(login ? { authconfig: login } : {});
  try {
    const { Descriptor } = await within(asked, limit, ...(signal ? [signal] : []));
    return { digest: Descriptor.digest };
  } catch (cause) {
    signal?.throwIfAborted();
    if (limit.aborted) return explain(image, `no answer from ${registryOf(image)} within ${withinMs / 1000} s`);
    if (isConnectionFailure(cause)) throw unreachable(`asking for ${image}: ${messageOf(cause)}`, cause);
    return explain(image, wordsOf(cause));
  }
}

/** Registries hide what is private, so a name that is wrong and a login that is missing may look the same. */
function explain(image: string, why: string): RegistryAnswer {
  const registry = registryOf(image);
  if (/unauthorized|denied|authentication|no basic auth/i.test(why))
    return { why, fix: `correct the name, or sign in where it is private: docker login ${registry}` };
  if (/manifest unknown|name unknown|not found|invalid reference/i.test(why)) return { why, fix: 'correct the name or the tag' };
  if (/toomanyrequests|too many requests/i.test(why)) return { why, fix: `wait, or sign in to be given more: docker login ${registry}` };
  return { why, fix: 'see that the engine reaches that registry, or build what can be built here with images: debian in cluster.yaml' };
}
