import type { Need, Secret } from '../service/index.ts';
import type { Contract } from './contract.ts';

export interface AudioGrant {
  /** Base address of an API for speech as OpenAI has it, ending in `/v1`; `whisper-1` and `tts-1` are the best models there are. */
  readonly url: string;
  /** Every client shares it. */
  readonly key: Secret;
}

export function audio(): Need<'audio', Readonly<Record<string, never>>, AudioGrant> {
  return { kind: 'audio', request: {} };
}

/** Speech to text and back; the provider names the need of its key in `provides.audio.key`. Who cannot reach it yet does without. */
export const audioContract: Contract<Readonly<Record<string, never>>, AudioGrant> = {
  kind: 'audio',
  network: 'apps',
  awaited: false,
  grant: ({ provider: { name, provision, address } }) => {
    const key: Secret = { kind: 'secret', id: `${name}.${provision['key'] ?? 'key'}` };
    return {
      grant: { url: `http://${address.host}:${address.port}/v1`, key },
      secrets: [{ id: key.id, spec: { kind: 'hex', bytes: 32 } }],
    };
  },
};
