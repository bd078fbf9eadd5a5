import { reach, secret } from '../../contracts/index.ts';
import type { Tree } from '../../service/index.ts';
import { defineService, file, http, json, optional } from '../../service/index.ts';

interface Target {
  readonly contract: string;
  readonly service: string;
  readonly host: string;
  readonly port: number;
}

/** Whisper speaks OpenAI's protocol, Piper Wyoming; the programs of the image come after them. */
function backendsOf(targets: readonly Target[]): { readonly transcription: readonly Tree[]; readonly speech: readonly Tree[] } {
  const of = (contract: string): readonly Target[] => targets.filter((target) => target.contract === contract);
  const whisper = of('transcription').map(({ service: name, host, port }) => ({
    kind: 'openai',
    name,
    url: `http://${host}:${port}/v1`,
    model: 'transcription',
  }));
  const piper = of('speech').map(({ service: name, host, port }) => ({ kind: 'wyoming', name, host, port }));
  return {
    transcription: [...whisper, { kind: 'pocketsphinx', name: 'pocketsphinx' }],
    speech: [...piper, { kind: 'espeak', name: 'espeak-ng' }],
  };
}

/** Part of this project, so there is no image of another's to prefer. Nobody outside reaches it: it opens files that strangers may have made. */
export const speechGateway = defineService('speech-gateway', {
  title: 'Speech gateway',
  summary: 'Reads aloud and writes down, by whatever the cluster has for it, behind the API of OpenAI.',
  docs: 'https://platform.openai.com/docs/api-reference/audio',
  licence: 'Apache-2.0',
  category: 'ai',
  debian: 'speech-gateway',
  user: '10001:10001',

  ports: { web: http(8091), metrics: http(9109) },
  provides: { audio: { port: 'web', key: 'token' } },
  needs: { token: secret({ kind: 'hex', bytes: 32 }), models: optional(reach('transcription', 'speech')) },
  health: { port: 'web', path: '/health' },
  smoke: { command: ['node', '/app/serve.js', 'speech-gateway', '--check'], expect: 'heard: ' },
  limits: { memory: '1GiB', cpus: 2 },
  tmpfs: [{ path: '/scratch', size: '384MiB' }],
  metrics: { port: 'metrics', path: '/metrics' },
  alerts: [
    {
      name: 'SpeechBackendAway',
      expr: 'speech_gateway_backend_up == 0',
      for: '10m',
      severity: 'warning',
      summary: 'A program for speech has been away for ten minutes, so a lesser one answers in its place.',
    },
    {
      name: 'SpeechFails',
      expr: 'sum by (task) (increase(speech_gateway_requests_total{result=~"failed|cut"}[10m])) > 5',
      for: '1m',
      severity: 'warning',
      summary: 'More than five requests to read aloud or to write down failed in ten minutes.',
    },
  ],
  dashboard: [
    {
      title: 'Requests',
      expr: 'sum by (task, result) (rate(speech_gateway_requests_total[5m]))',
      unit: 'reqps',
      legend: '{{task}}: {{result}}',
    },
    { title: 'Answers by program', expr: 'sum by (backend) (rate(speech_gateway_answers_total[5m]))', unit: 'reqps' },
    { title: 'Answers in place of another', expr: 'sum by (backend, reason) (rate(speech_gateway_fallbacks_total[5m]))', unit: 'reqps' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le, task) (rate(speech_gateway_request_duration_seconds_bucket[5m])))',
      unit: 's',
    },
    { title: 'Being worked on', expr: 'speech_gateway_running', unit: 'short', legend: '{{task}}' },
  ],
  logs: [
    { pattern: '"event":"backend.away"', means: 'The program that the line names is away; look at the service of that name.' },
    { pattern: '"event":"fallback"', means: 'The program that the line names could not answer, and the line says why; the next one did.' },
  ],

  env: ({ token }) => ({ SPEECH_GATEWAY_TOKEN_FILE: file(token) }),
  command: ({ here }) => ['speech-gateway', '--config', here.file.config],
  files: {
    config: {
      path: '/etc/speech-gateway/config.json',
      content: ({ models, here: { listen } }) => {
        const { transcription, speech } = backendsOf(models?.targets ?? []);
        return json({
          server: { host: listen.web.address, port: listen.web.port },
          metrics: { host: listen.metrics.address, port: listen.metrics.port },
          scratch: '/scratch',
          upload_bytes: 26_214_400,
          transcription: { at_once: 2, waiting: 6, wait_seconds: 60, limit_seconds: 900, backends: transcription },
          speech: { at_once: 4, waiting: 16, wait_seconds: 20, limit_seconds: 180, backends: speech },
        });
      },
    },
  },
});
