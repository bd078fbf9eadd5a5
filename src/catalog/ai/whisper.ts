import { defineService, http, json, volume } from '../../service/index.ts';

const model = 'Systran/faster-whisper-small';

/** Reached by way of the language models' gateway, as the model `transcription`; it has no page and no accounts of its own. */
export const whisper = defineService('whisper', {
  title: 'Speaches',
  summary: 'Writes down what is said: Whisper behind the address that OpenAI uses for it.',
  docs: 'https://speaches.ai/configuration/',
  licence: 'MIT',
  category: 'ai',
  image: 'ghcr.io/speaches-ai/speaches:0.8.3-cpu',
  user: '1000:1000',

  ports: { web: http(8000) },
  provides: { transcription: { port: 'web' } },
  volumes: {
    models: volume('/home/ubuntu/.cache/huggingface/hub', {
      role: 'cache',
      backup: { skip: 'the model is downloaded again from Hugging Face' },
      size: '3GiB',
    }),
  },
  // What is to be written down comes there first, and an hour of it is more than 64 MiB.
  tmpfs: [{ path: '/tmp', size: '512MiB' }],

  health: { port: 'web', path: '/health', via: 'curl', startSeconds: 60 },
  smoke: { path: '/v1/models', via: 'curl', expect: { text: model } },
  limits: { memory: '3GiB', cpus: 4 },
  logs: [
    { pattern: '/v1/audio/transcriptions HTTP/1.1" 404', means: 'the model is missing: run "datamancy up" with a way out of this machine' },
  ],

  env: ({ here }) => ({
    UVICORN_HOST: here.listen.web.address,
    UVICORN_PORT: here.listen.web.port,
    ENABLE_UI: false,
    LOG_LEVEL: 'info',
    WHISPER__INFERENCE_DEVICE: 'cpu',
    WHISPER__COMPUTE_TYPE: 'int8',
    // Xet would make a directory beside the volume, where nothing can be written: https://github.com/huggingface/xet-core/issues/417
    HF_HUB_DISABLE_XET: true,
  }),
  files: {
    aliases: {
      path: '/home/ubuntu/speaches/model_aliases.json',
      content: () => json({ transcription: model }),
    },
  },
  setup: ({ here }) => [
    {
      title: 'the model',
      argv: ['curl', '-fsS', '-o', '/dev/null', '-X', 'POST', `http://127.0.0.1:${here.listen.web.port}/v1/models/${model}`],
    },
  ],
});
