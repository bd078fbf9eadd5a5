import { defineService, http, volume } from '../../service/index.ts';

/**
 * The model answers to the name of the contract, so that whoever asks for `chat` need not know which one it is. The model router can put it
 * to sleep where the owner sets VLLM_SERVER_DEV_MODE.
 */
export const vllm = defineService('vllm', {
  title: 'vLLM',
  summary: 'Runs a language model on a graphics card, for many people at once.',
  docs: 'https://docs.vllm.ai/en/stable/deployment/docker.html',
  licence: 'Apache-2.0',
  category: 'ai',
  image: 'vllm/vllm-openai:v0.24.0',
  user: '2000:0',

  ports: { web: http(8000) },
  provides: { chat: { port: 'web' } },
  volumes: {
    models: volume('/models', { role: 'cache', backup: { skip: 'models are downloaded again from Hugging Face' }, size: '12GiB' }),
  },

  // A first start downloads six gigabytes.
  health: { port: 'web', path: '/health', via: 'python3', startSeconds: 3600 },
  smoke: { path: '/v1/models', via: 'python3', expect: { text: 'chat' } },
  limits: { memory: '16GiB', cpus: 4, pids: 2048 },
  gpu: { vram: '12GiB' },
  shm: '1GiB',
  stopSeconds: 30,
  metrics: { port: 'web', path: '/metrics' },
  alerts: [
    {
      name: 'ModelQueueLong',
      expr: 'sum(vllm:num_requests_waiting) > 10',
      for: '10m',
      severity: 'warning',
      summary: 'More than ten questions to the language model wait for their turn.',
    },
  ],
  dashboard: [
    { title: 'Questions', expr: 'sum by (model_name) (vllm:num_requests_running)', unit: 'short' },
    { title: 'Questions that wait', expr: 'sum by (model_name) (vllm:num_requests_waiting)', unit: 'short' },
    { title: 'Tokens written', expr: 'sum by (model_name) (rate(vllm:generation_tokens_total[5m]))', unit: 'ops' },
    { title: 'Tokens read', expr: 'sum by (model_name) (rate(vllm:prompt_tokens_total[5m]))', unit: 'ops' },
    {
      title: 'Slowest first word in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))',
      unit: 's',
    },
    { title: 'Memory for conversations in use', expr: 'vllm:kv_cache_usage_perc', unit: 'percentunit', legend: '{{model_name}}' },
  ],
  logs: [
    {
      pattern: 'CUDA out of memory|No available memory for the cache blocks',
      means: 'the card has too little memory left: stop what else uses it',
    },
    { pattern: 'Failed to infer device type|no NVIDIA GPU', means: 'the unit sees no card: install the NVIDIA Container Toolkit' },
    {
      pattern: 'Connection error.*huggingface|LocalEntryNotFoundError',
      means: 'the model could not be downloaded: look at the way out of this machine',
    },
  ],

  // Kernels are compiled at the first start and loaded from here: a directory in memory lets nothing be executed.
  env: ({ here }) => ({
    HOME: here.volume.models,
    TMPDIR: here.volume.models,
    HF_HOME: `${here.volume.models}/huggingface`,
    VLLM_CACHE_ROOT: `${here.volume.models}/vllm`,
    TRITON_CACHE_DIR: `${here.volume.models}/triton`,
    TORCHINDUCTOR_CACHE_DIR: `${here.volume.models}/inductor`,
    // Python asks for the name of whoever runs it, and this user has none.
    USER: 'vllm',
    VLLM_NO_USAGE_STATS: 1,
  }),
  command: ({ here }) => [
    '--model=Qwen/Qwen3-8B-AWQ',
    '--served-model-name=chat',
    '--max-model-len=16384',
    '--gpu-memory-utilization=0.90',
    '--enable-auto-tool-choice',
    '--tool-call-parser=hermes',
    '--reasoning-parser=qwen3',
    '--enable-sleep-mode',
    `--host=${here.listen.web.address}`,
    `--port=${here.listen.web.port}`,
  ],
});
