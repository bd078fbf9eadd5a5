import type { Listener, Speaker } from './backend.ts';
import { espeakSpeaker } from './espeak.ts';
import { openaiListener, openaiSpeaker, type OpenaiSettings } from './openai.ts';
import { pocketsphinxListener } from './pocketsphinx.ts';
import { wyomingListener, wyomingSpeaker, type WyomingSettings } from './wyoming.ts';

type Remote = ({ readonly kind: 'openai' } & OpenaiSettings) | ({ readonly kind: 'wyoming' } & WyomingSettings);
export type SpeakerSettings = Remote | { readonly kind: 'espeak'; readonly name: string };
export type ListenerSettings = Remote | { readonly kind: 'pocketsphinx'; readonly name: string };

export function createSpeaker(settings: SpeakerSettings): Speaker {
  switch (settings.kind) {
    case 'openai':
      return openaiSpeaker(settings);
    case 'wyoming':
      return wyomingSpeaker(settings);
    case 'espeak':
      return espeakSpeaker(settings);
  }
}

export function createListener(settings: ListenerSettings): Listener {
  switch (settings.kind) {
    case 'openai':
      return openaiListener(settings);
    case 'wyoming':
      return wyomingListener(settings);
    case 'pocketsphinx':
      return pocketsphinxListener(settings);
  }
}
