import { reach } from '../../contracts/index.ts';
import type { ReachGrant } from '../../contracts/index.ts';
import type { Tree } from '../../service/index.ts';
import { defineService, http, json, optional } from '../../service/index.ts';
import { vllm } from './vllm.ts';

/** A model is called as the contract that its server provides; where several provide one, the others as their service. */
function modelsOf(targets: ReachGrant['targets']): Tree {
  return Object.fromEntries(
    targets.map(({ contract, service, host, port }, index) => {
      const isFirst = targets.findIndex((other) => other.contract === contract) === index;
      const url = `http://${host}:${port}`;
      const shared = { server: { kind: 'vllm', url }, vram: vllm.gpu?.vram ?? '0MiB', idleSeconds: 900 };
      const always = { server: { kind: 'always', url } };
      return [isFirst ? contract : service, { ...(service === vllm.name ? shared : always), serves: contract }];
    }),
  );
}

/**
 * Part of this project. It serves whoever is on its network, as the model servers themselves do; people and programs outside come by way of
 * LiteLLM, which reaches the models through it and has a key for each of them.
 *
 * vLLM goes to sleep for another model only with `services.vllm.env.VLLM_SERVER_DEV_MODE: 1`, which also opens vLLM's other paths for
 * developers to whatever is on its network; without that it stays awake. Models of an owner's own are said in `cluster.yaml`, and are
 * called `router/<name>` through LiteLLM:
 *
 * ```yaml
 * model-router:
 *   env:
 *     MODEL_ROUTER_VRAM: 20GiB     # of the card, for all models that are awake together; else they all fit
 *     MODEL_ROUTER_MODELS: |-      # always: anything that speaks OpenAI's protocol; process: a program, where there are no containers
 *       coder: {server: {kind: vllm, url: "http://coder:8000"}, vram: 12GiB, aliases: [code]}
 * ```
 *
 * The service `coder` is the owner's own, in `services/coder.ts`. It needs `reach('model-router')`, so that the two meet and it starts
 * later: a vLLM that finds the card full is started again by the engine, and gets room when somebody asks for it, or when the one that is
 * awake was not asked for fifteen minutes.
 */
export const modelRouter = defineService('model-router', {
  title: 'Model router',
  summary: 'Shares one graphics card among more language models than fit on it: wakes who is asked, and puts to sleep who is not.',
  docs: 'https://docs.vllm.ai/en/latest/features/sleep_mode/',
  licence: 'Apache-2.0',
  category: 'ai',
  debian: 'core',
  user: '10001:10001',

  ports: { web: http(8010), metrics: http(9010) },
  provides: { 'model-router': { port: 'web' } },
  needs: { models: optional(reach('chat', 'small-chat', 'embedding')) },

  route: { port: 'web', host: 'models', access: { groups: ['operator'] } },
  health: { port: 'web', path: '/health' },
  smoke: { path: '/v1/models', expect: { text: '"object": "list"' } },
  // Requests with images in them wait in memory, 64 MiB of them at most; reading one takes a few times its size for a moment.
  limits: { memory: '768MiB', cpus: 1 },
  stopSeconds: 40,
  metrics: { port: 'metrics', path: '/metrics' },
  alerts: [
    {
      name: 'ModelsAskedInVain',
      expr: 'sum by (model) (increase(model_router_requests_total{result="refused"}[10m])) > 20',
      for: '5m',
      severity: 'warning',
      summary: 'More than 20 requests for {{ $labels.model }} were sent away in ten minutes.',
    },
    {
      name: 'ModelLoadFails',
      expr: 'sum by (model) (increase(model_router_move_seconds_count{kind="load",result="failed"}[15m])) > 1',
      for: '1m',
      severity: 'critical',
      summary: 'The model {{ $labels.model }} cannot be made ready; the log of model-router says why.',
    },
    {
      name: 'ModelsTakeTurns',
      expr: 'sum(rate(model_router_move_seconds_sum{kind="load"}[30m])) > 0.3',
      for: '30m',
      severity: 'warning',
      summary: 'A third of the time goes into loading models: those in use do not fit on the card together.',
    },
  ],
  dashboard: [
    {
      title: 'Requests',
      expr: 'sum by (model, result) (rate(model_router_requests_total[5m]))',
      unit: 'reqps',
      legend: '{{model}}: {{result}}',
    },
    { title: 'Requests that wait', expr: 'model_router_waiting', unit: 'short', legend: '{{model}}' },
    { title: 'Requests that are answered', expr: 'model_router_open', unit: 'short', legend: '{{model}}' },
    { title: 'Models that are awake', expr: 'model_router_resident', unit: 'short', legend: '{{model}}' },
    { title: 'Memory of the card', expr: 'model_router_memory_bytes', unit: 'bytes', legend: '{{kind}}' },
    {
      title: 'Longest wait in 20',
      expr: 'histogram_quantile(0.95, sum by (model, le) (rate(model_router_wait_seconds_bucket[5m])))',
      unit: 's',
      legend: '{{model}}',
    },
  ],
  logs: [
    { pattern: '"event":"load\\.failed"', means: 'a model could not be made ready; the line has the words of its server' },
    { pattern: '"event":"unload\\.failed"', means: 'a model server did not give the card back: look at it, or start it again' },
    { pattern: '"event":"unanswered"', means: 'a model server broke off in the middle of an answer, or gave none' },
  ],

  command: ({ here }) => ['model-router', '--config', here.file.models],
  files: {
    models: {
      path: '/config/models.json',
      content: ({ models, here }) =>
        json({
          listen: { host: here.listen.web.address, port: here.listen.web.port },
          metrics: { host: here.listen.metrics.address, port: here.listen.metrics.port },
          models: modelsOf(models?.targets ?? []),
        }),
    },
  },
  process: {
    packages: [],
    argv: ({ here }) => ['node', `${here.recipe}/serve.js`, 'model-router', '--config', here.file.models],
  },
});
