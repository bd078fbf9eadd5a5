import { Hono } from 'hono';
import { messageOf } from '../kit/errors.ts';
import { safeText } from '../kit/log.ts';
import { say, transcribe } from './audio-routes.ts';
import { authorize } from './authorize.ts';
import { errorBody, Refusal } from './failure.ts';
import type { Gateway } from './gateway.ts';
import { listModels, type Model } from './models.ts';
import { openaiVoices, type Voice } from './voices.ts';

/** The whole server as a function of requests. */
export function createApp(gateway: Gateway): Hono {
  const app = new Hono();
  const models = [...listModels('transcription', gateway.listeners), ...listModels('speech', gateway.speakers)];
  app.get('/health', (context) => {
    const health = healthOf(gateway);
    return context.json(health, health.status === 'failed' ? 503 : 200);
  });
  // Open WebUI asks for these two without its key (backend/open_webui/routers/audio.py). They are names, and cost nothing.
  app.get('/v1/audio/voices', (context) => context.json({ object: 'list', voices: voicesOf(gateway) }));
  app.get('/v1/audio/models', (context) => context.json({ object: 'list', models: named(listModels('speech', gateway.speakers)) }));
  app.use(async (context, next) => {
    authorize(context.req.header('authorization'), gateway.config.token);
    await next();
  });
  app.get('/v1/models', (context) => context.json({ object: 'list', data: models }));
  app.get('/v1/models/:id', (context) => {
    const model = models.find(({ id }) => id === context.req.param('id'));
    if (!model) throw new Refusal(404, 'The model does not exist here; /v1/models lists those that do.', { code: 'model_not_found' });
    return context.json(model);
  });
  app.post('/v1/audio/transcriptions', async (context) => transcribe(gateway, context));
  app.post('/v1/audio/speech', async (context) => say(gateway, context));
  app.notFound((context) =>
    context.json(errorBody(404, `Invalid URL (${safeText(context.req.method, 10)} ${safeText(context.req.path)})`), 404),
  );
  app.onError((cause, context) => {
    if (cause instanceof Refusal) {
      const { status, facts } = cause;
      if (facts.retryAfterSeconds !== undefined) context.header('retry-after', String(facts.retryAfterSeconds));
      if (status === 401) context.header('www-authenticate', 'Bearer');
      return context.json(errorBody(status, cause.message, facts), status);
    }
    if (!context.req.raw.signal.aborted) {
      const fault = { event: 'failure', path: safeText(context.req.path), cause: safeText(messageOf(cause), 300) };
      gateway.log.error(fault, 'a request failed');
    }
    return context.json(errorBody(500, 'The server had an error while processing your request.'), 500);
  });
  return app;
}

/** `degraded` where somebody is away and every task is done by another; `failed` where a task is done by nobody. */
function healthOf({ watch, listeners, speakers }: Gateway): {
  readonly status: string;
  readonly transcription: object;
  readonly speech: object;
} {
  const states = (
    task: 'transcription' | 'speech',
    backends: readonly { readonly name: string }[],
  ): readonly (readonly [string, boolean])[] => backends.map(({ name }) => [name, watch.seen(task, name).isUp]);
  const tasks = { transcription: states('transcription', listeners), speech: states('speech', speakers) };
  const all = Object.values(tasks);
  const isDone = all.every((backends) => backends.some(([, isUp]) => isUp));
  const isWhole = all.flat().every(([, isUp]) => isUp);
  const words = (backends: readonly (readonly [string, boolean])[]): object =>
    Object.fromEntries(backends.map(([name, isUp]) => [name, isUp ? 'up' : 'away']));
  return {
    status: isWhole ? 'ok' : isDone ? 'degraded' : 'failed',
    transcription: words(tasks.transcription),
    speech: words(tasks.speech),
  };
}

/** Names that OpenAI's clients know first, then each back end's own, with the name of the back end. */
function voicesOf({ watch, speakers }: Gateway): readonly (Voice & { readonly backend?: string })[] {
  const own = speakers.flatMap(({ name: backend }) => watch.seen('speech', backend).voices.map((voice) => ({ ...voice, backend })));
  const usual = openaiVoices.map((id) => ({ id, name: id, language: '' }));
  return [...usual, ...own.filter(({ id }) => !openaiVoices.includes(id))];
}

function named(models: readonly Model[]): readonly (Model & { readonly name: string })[] {
  return models.map((model) => ({ ...model, name: model.id }));
}
