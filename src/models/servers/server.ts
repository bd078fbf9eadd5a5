import type { Sighting } from '../scheduler/state.ts';

/** A program that runs one model, and how it is made to take the card's memory and to give it back. */
export interface ModelServer {
  /** Where it answers now, without `/v1` and without a slash at the end. Only asked for while the model is resident. */
  readonly url: () => string;
  /**
   * Looks, and changes nothing but what hangs. Never throws: a server that is not there is `out`, one that gives no answer in time is
   * `unknown`. `isBusy` tells whether it is answering requests now.
   */
  observe(signal: AbortSignal, isBusy: () => boolean): Promise<Sighting>;
  /** Comes back when the server answers requests; throws with its own reason where it will not. Idempotent. */
  load(signal: AbortSignal): Promise<void>;
  /** Comes back when the memory is free. Idempotent. */
  unload(signal: AbortSignal): Promise<void>;
  /** The router ends. What it has started ends with it; what it only talks to stays as it is. */
  close(): Promise<void>;
}

/** One that runs whether or not anybody asks: on the processor, or at a company. It takes none of what is shared out. */
export function createAlwaysServer(url: string): ModelServer {
  const nothing = async (): Promise<void> => {};
  return { url: () => url, observe: async () => 'pinned', load: nothing, unload: nothing, close: nothing };
}
