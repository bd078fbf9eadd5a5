import { connectEngine } from './engine.ts';
import { openClient } from './engine-client.ts';

/**
 * Whether the registry of this image answers the engine within two seconds. The engine is what pulls, so it is what is asked,
 * with its own mirrors and proxies. No image, or no engine, is no answer.
 */
export async function registryAnswers(image: string | undefined, withinMs = 2000): Promise<boolean> {
  if (image === undefined) return false;
  try {
    const { address } = await connectEngine();
    await openClient(address, withinMs).getImage(image).distribution();
    return true;
  } catch {
    return false;
  }
}
