import type { Config } from './config-schema.ts';
import { rulesOf } from './config.ts';
import type { ModelState, State } from './scheduler/state.ts';
import { bytesTaken } from './scheduler/state.ts';

type Word = 'loaded' | 'unloaded' | 'loading' | 'unloading' | 'unknown' | 'failed';

interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: 0;
  readonly owned_by: 'model-router';
  readonly aliases: readonly string[];
  /** As the router of llama.cpp tells it. */
  readonly status: { readonly value: Word };
}

/** The models of the configuration, asleep or awake: all of them can be asked. */
export function listModels({ models }: Config, state: State): readonly ListedModel[] {
  return Object.entries(models).map(([id, { aliases }]) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'model-router',
    aliases,
    status: { value: wordOf(state[id]) },
  }));
}

/** The router is well whether or not models are: what is wrong with one of them is told to whoever asks for it, and counted. */
export function healthOf({ models }: Config): unknown {
  const count = Object.keys(models).length;
  return {
    status: 'ok',
    models: count,
    ...(count === 0 ? { note: 'no model server is in this cluster, so there is nothing to ask' } : {}),
  };
}

/** All that an operator may want to know at a glance. */
export function statusOf(config: Config, state: State, bodyBytes: number, now: number): unknown {
  const rules = rulesOf(config);
  return {
    memory: { budget: gib(rules.bytes), taken: gib(bytesTaken(state, rules)), unit: 'GiB' },
    held_request_bytes: bodyBytes,
    models: Object.entries(config.models).map(([name, { server, vram }]) => {
      const known = state[name];
      return {
        name,
        server: server.kind,
        at: server.kind === 'process' ? server.argv[0] : server.url,
        memory: gib(vram),
        state: wordOf(known),
        can_sleep: server.kind === 'always' ? false : !(known?.residence.kind === 'in' && known.residence.pinned),
        open: known?.open ?? 0,
        waiting: known?.waiting.length ?? 0,
        longest_wait_seconds: secondsSince(known?.waiting[0]?.since, now),
        last_use_seconds_ago: secondsSince(known?.lastUsed, now),
        load_seconds: known?.loadMs === undefined ? undefined : Math.round(known.loadMs / 100) / 10,
        trouble: known?.trouble && { reason: known.trouble.reason, times: known.trouble.times },
      };
    }),
  };
}

function wordOf(model: ModelState | undefined): Word {
  switch (model?.residence.kind) {
    case undefined:
    case 'unknown':
      return model?.trouble ? 'failed' : 'unknown';
    case 'out':
      return model?.trouble ? 'failed' : 'unloaded';
    case 'in':
      return 'loaded';
    case 'loading':
      return 'loading';
    case 'unloading':
      return 'unloading';
  }
}

function gib(bytes: number): number {
  return Math.round((bytes / 1024 ** 3) * 100) / 100;
}

function secondsSince(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : Math.round((now - at) / 1000);
}
