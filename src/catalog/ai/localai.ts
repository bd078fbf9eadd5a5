import { defineService, http, volume } from '../../service/index.ts';

/** Runs without a graphics card; its model is a small one, and answers to the name of the contract. */
export const localai = defineService('localai', {
  title: 'LocalAI',
  summary: 'Runs small language models on the processor; more of them come from its gallery.',
  docs: 'https://localai.io/docs/reference/cli-reference/',
  licence: 'MIT',
  category: 'ai',
  image: 'localai/localai:v4.9.0',
  user: '1000:1000',

  ports: { web: http(8080) },
  provides: { 'small-chat': { port: 'web' } },
  volumes: {
    models: volume('/models', { role: 'cache', backup: { skip: 'models are downloaded again from the gallery' }, size: '10GiB' }),
    backends: volume('/backends', { role: 'cache', backup: { skip: 'programs that run models are downloaded again' }, size: '4GiB' }),
    configuration: volume('/configuration', { role: 'config', backup: 'weekly' }),
    data: volume('/data', { role: 'data', backup: 'daily' }),
  },

  route: { port: 'web', access: { groups: ['operator'] } },
  // A first start downloads the model and the program that runs it.
  health: { port: 'web', path: '/readyz', startSeconds: 3600 },
  smoke: { path: '/v1/models', expect: { text: 'small-chat' } },
  limits: { memory: '6GiB', cpus: 4, pids: 1024 },
  stopSeconds: 30,
  metrics: { port: 'web', path: '/metrics' },
  alerts: [
    {
      name: 'SmallModelSlow',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(api_call_bucket{service="localai", path=~".*/chat/completions"}[15m]))) > 100',
      for: '15m',
      severity: 'warning',
      summary: 'One in twenty answers of the small model takes longer than 100 seconds.',
    },
  ],
  dashboard: [
    { title: 'Requests', expr: 'sum by (path) (rate(api_call_count{service="localai"}[5m]))', unit: 'reqps' },
    { title: 'Slowest in 20', expr: 'histogram_quantile(0.95, sum by (le) (rate(api_call_bucket{service="localai"}[5m])))', unit: 's' },
    { title: 'Tokens', expr: 'sum by (served_model) (rate(localai_tokens_total[5m]))', unit: 'ops' },
  ],
  logs: [
    { pattern: 'failed to download (?:file|url|backend)', means: 'a model could not be downloaded: look at the way out of this machine' },
    { pattern: 'grpc service not ready|rpc error: code = Unavailable', means: 'the program of the model ended: it has too little memory' },
  ],

  env: ({ here, url }) => ({
    LOCALAI_ADDRESS: `${here.listen.web.address}:${here.listen.web.port}`,
    LOCALAI_MODELS_PATH: here.volume.models,
    LOCALAI_BACKENDS_PATH: here.volume.backends,
    LOCALAI_CONFIG_DIR: here.volume.configuration,
    LOCALAI_DATA_PATH: here.volume.data,
    LOCALAI_BASE_URL: url,
    LOCALAI_PRELOAD_MODELS: '[{"id": "localai@qwen3-1.7b", "name": "small-chat"}]',
    LOCALAI_VRAM_WARM_LIMIT: 0,
  }),
});
