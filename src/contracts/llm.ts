import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';

export interface LlmGrant {
  /** Base address of an OpenAI-compatible API, ending in `/v1`. */
  readonly url: string;
  /** The client's own key: spending and access are counted by it. */
  readonly key: Text<string | Secret>;
  /** Names under which the models answer: each is called as the contract by which the gateway reaches it. */
  readonly models: { readonly chat: string; readonly embedding: string; readonly transcription: string };
}

export function llm(): Need<'llm', Readonly<Record<string, never>>, LlmGrant> {
  return { kind: 'llm', request: {} };
}

/** A key of its own for each client of the language models. */
export const llmContract: Contract<Readonly<Record<string, never>>, LlmGrant> = {
  kind: 'llm',
  network: 'apps',
  grant: ({ client, key: need, provider: { address } }) => {
    const secret: Secret = { kind: 'secret', id: `${client.name}.${need}` };
    return {
      grant: {
        url: `http://${address.host}:${address.port}/v1`,
        key: text`sk-${secret}`,
        models: { chat: 'chat', embedding: 'embedding', transcription: 'transcription' },
      },
      secrets: [{ id: secret.id, spec: { kind: 'hex', bytes: 24 } }],
    };
  },
  apply: ({ grants }) => [{ title: 'keys of clients', argv: ['python3', '-'], input: renderLlmKeys(grants) }],
};

/**
 * Program for LiteLLM's own Python that makes each key exist and no more (https://docs.litellm.ai/docs/proxy/virtual_keys). It asks
 * by the key's hash, because a query stands in the access log, and takes away a former key of the same name, which must be unique.
 */
function renderLlmKeys(grants: readonly GrantRecord<unknown, LlmGrant>[]): Text<string | Secret> {
  const head = `import hashlib, json, os, urllib.error, urllib.request
def ask(path, body=None):
    request = urllib.request.Request("http://127.0.0.1:4000" + path, body and json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["LITELLM_MASTER_KEY"], "Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=20).close()
def answers(path, body=None):
    try: ask(path, body)
    except urllib.error.HTTPError as error:
        if error.code >= 500: raise
        return False
    return True
for name, key in [
`;
  const keys = grants.flatMap(({ client, key, grant }) => [
    '    (',
    JSON.stringify(`${client}.${key}`),
    ', "',
    ...grant.key.parts,
    '"),\n',
  ]);
  const tail = `]:
    if answers("/key/info?key=" + hashlib.sha256(key.encode()).hexdigest()): continue
    answers("/key/delete", {"key_aliases": [name]})
    ask("/key/generate", {"key": key, "key_alias": name, "key_type": "llm_api"})
`;
  return { kind: 'text', parts: [head, ...keys, tail] };
}
