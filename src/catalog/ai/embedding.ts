import { defineService, http, volume } from '../../service/index.ts';

export const embedding = defineService('embedding', {
  title: 'Text Embeddings Inference',
  summary: 'Turns text into vectors, so that documents are found by what they mean.',
  docs: 'https://huggingface.co/docs/text-embeddings-inference/cli_arguments',
  licence: 'Apache-2.0',
  category: 'ai',
  image: 'ghcr.io/huggingface/text-embeddings-inference:cpu-1.9.3',
  user: '1000:1000',

  ports: { web: http(8080) },
  provides: { embedding: { port: 'web' } },
  volumes: {
    models: volume('/data', { role: 'cache', backup: { skip: 'the model is downloaded again from Hugging Face' }, size: '3GiB' }),
  },

  health: { port: 'web', path: '/health', via: 'curl', startSeconds: 900 },
  smoke: { path: '/info', via: 'curl', expect: { text: 'bge-base-en-v1.5' } },
  limits: { memory: '3GiB', cpus: 4 },
  metrics: { port: 'web', path: '/metrics' },
  alerts: [
    {
      name: 'EmbeddingsRefused',
      expr: 'sum(increase(te_request_failure{err="overloaded"}[15m])) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Texts were refused, because too many came at once to be embedded.',
    },
  ],
  dashboard: [
    { title: 'Requests', expr: 'sum by (method) (rate(te_request_count[5m]))', unit: 'reqps' },
    { title: 'Requests that failed', expr: 'sum by (err) (rate(te_request_failure[5m]))', unit: 'reqps' },
    { title: 'Texts that wait', expr: 'te_queue_size', unit: 'short' },
    { title: 'Slowest request in 20', expr: 'histogram_quantile(0.95, sum by (le) (rate(te_request_duration_bucket[5m])))', unit: 's' },
  ],
  logs: [
    {
      pattern: 'Could not download model artifacts|request error',
      means: 'the model could not be downloaded: look at the way out of this machine',
    },
  ],

  env: ({ here }) => ({
    MODEL_ID: 'BAAI/bge-base-en-v1.5',
    SERVED_MODEL_NAME: 'embedding',
    HUGGINGFACE_HUB_CACHE: here.volume.models,
    // The engine gives this name to the container's own id, where the program looks for an address.
    HOSTNAME: here.listen.web.address,
    PORT: here.listen.web.port,
  }),
});
