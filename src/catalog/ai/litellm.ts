import { postgres, reach, secret } from '../../contracts/index.ts';
import type { Tree } from '../../service/index.ts';
import { defineService, http, optional, text, yaml } from '../../service/index.ts';

interface Target {
  readonly contract: string;
  readonly host: string;
  readonly port: number;
}

/** Contracts whose providers speak OpenAI's protocol, and the kind of model that LiteLLM takes them for. */
const modes: Readonly<Record<string, string>> = {
  chat: 'chat',
  'small-chat': 'chat',
  embedding: 'embedding',
  transcription: 'audio_transcription',
};

/** A model is called as the contract by which it is reached; the provider knows it by the same name, and so does the router. */
function modelOf({ contract, host, port }: Target): Tree {
  const deployment = { model: `openai/${contract}`, api_base: `http://${host}:${port}/v1`, api_key: 'none' };
  return { model_name: contract, litellm_params: deployment, model_info: { mode: modes[contract] ?? 'chat' } };
}

/**
 * With a model router, which knows all but recordings, each model is reached through it alone: who went past it would find models asleep.
 * What else it knows is called `router/<name>` (https://docs.litellm.ai/docs/wildcard_routing).
 */
function modelsOf(targets: readonly Target[], router: Omit<Target, 'contract'> | undefined): readonly Tree[] {
  if (!router) return targets.map(modelOf);
  const { host, port } = router;
  const direct = targets.filter(({ contract }) => contract === 'transcription');
  const routed = new Set(targets.flatMap(({ contract }) => (contract === 'transcription' ? [] : [contract])));
  const others = { model: 'openai/*', api_base: `http://${host}:${port}/v1`, api_key: 'none' };
  return [
    ...[...routed].map((contract) => modelOf({ contract, host, port })),
    ...direct.map(modelOf),
    { model_name: 'router/*', litellm_params: others },
  ];
}

/** The owner signs in at /ui as `admin` with the master key; further models, of companies too, are added there. */
export const litellm = defineService('litellm', {
  title: 'LiteLLM',
  summary: 'One address for every language model, with a key and a count of its own for each app.',
  docs: 'https://docs.litellm.ai/docs/proxy/prod',
  licence: 'MIT',
  category: 'ai',
  image: 'ghcr.io/berriai/litellm-non_root:v1.100.0',
  user: '65534:65534',

  ports: { web: http(4000) },
  provides: { llm: { port: 'web' } },
  needs: {
    db: postgres(),
    models: reach('chat', 'small-chat', 'embedding', 'transcription'),
    router: optional(reach('model-router')),
    masterKey: secret({ kind: 'hex', bytes: 32 }),
    saltKey: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
  },

  route: {
    port: 'web',
    access: { groups: ['admin'], bypass: [{ path: '/v1', authentication: 'a virtual key, which an administrator makes' }] },
  },
  health: { port: 'web', path: '/health/readiness', via: 'python3', startSeconds: 180 },
  smoke: { path: '/health/liveliness', via: 'python3', expect: { text: 'alive' } },
  limits: { memory: '2GiB', cpus: 2 },
  tmpfs: ['/app/migrations', '/nonexistent'],
  metrics: { port: 'web', path: '/metrics/' },
  alerts: [
    {
      name: 'LanguageModelDown',
      expr: 'max by (litellm_model_name) (litellm_deployment_state) == 2',
      for: '5m',
      severity: 'warning',
      summary: 'A language model has not answered for five minutes.',
    },
  ],
  dashboard: [
    { title: 'Requests', expr: 'sum by (requested_model) (rate(litellm_proxy_total_requests_metric_total[5m]))', unit: 'reqps' },
    {
      title: 'Requests that failed',
      expr: 'sum by (requested_model) (rate(litellm_proxy_failed_requests_metric_total[5m]))',
      unit: 'reqps',
    },
    { title: 'Tokens', expr: 'sum by (model) (rate(litellm_total_tokens_metric_total[5m]))', unit: 'ops' },
    { title: 'Spent in a day', expr: 'sum by (model) (increase(litellm_spend_metric_total[1d]))', unit: 'currencyUSD' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(litellm_request_total_latency_metric_bucket[5m])))',
      unit: 's',
    },
  ],
  logs: [
    { pattern: "Can't reach database server", means: 'PostgreSQL does not answer, so no key can be checked' },
    { pattern: 'No deployments available', means: 'no model of that name runs: look at vllm, localai and embedding' },
  ],

  env: ({ db, masterKey, saltKey, url }) => ({
    DATABASE_URL: db.url,
    LITELLM_MASTER_KEY: text`sk-${masterKey}`,
    LITELLM_SALT_KEY: text`sk-${saltKey}`,
    LITELLM_MIGRATION_DIR: '/app/migrations',
    PROXY_BASE_URL: url,
    STORE_MODEL_IN_DB: true,
    LITELLM_MODE: 'PRODUCTION',
  }),
  command: ({ here }) => ['--config', here.file.config, '--host', here.listen.web.address, '--port', here.listen.web.port],
  files: {
    config: {
      path: '/etc/litellm/config.yaml',
      content: ({ models: { targets }, router }) =>
        yaml({
          model_list: modelsOf(targets, router?.targets[0]),
          router_settings: {
            // Whoever asks for `chat` is answered by the small model where there is no other.
            model_group_alias: targets.some(({ contract }) => contract === 'chat') ? {} : { chat: 'small-chat' },
          },
          litellm_settings: {
            callbacks: ['prometheus'],
            // From 1.84 on figures want a key unless told otherwise (https://github.com/BerriAI/litellm/pull/27502); the edge asks who comes.
            require_auth_for_metrics_endpoint: false,
            drop_params: true,
            request_timeout: 600,
          },
          general_settings: { allow_requests_on_db_unavailable: false, store_prompts_in_spend_logs: false },
        }),
    },
  },
});
