import { type Context, Hono } from 'hono';
import { errors, type InteractionResults } from 'oidc-provider';
import * as z from 'zod';
import { placeWithReturn } from '../continue.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { identify } from '../identify.ts';
import { consentPage } from '../pages/consent.ts';
import { plainPage } from '../pages/message.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { RecordsUnavailable } from '../records.ts';
import { parseUrl } from '../../kit/parse-url.ts';
import { hasSecondFactor, type Session } from '../sessions.ts';
import { connectionOf } from './endpoints.ts';
import { interactionUrl } from './configuration.ts';
import type { Oidc } from './provider.ts';
import type { OidcClient } from './settings.ts';

type Interaction = Awaited<ReturnType<Oidc['provider']['interactionDetails']>>;

/** One request of a browser that waits in an interaction. */
interface Waiting {
  readonly gate: Gate;
  readonly oidc: Oidc;
  readonly context: Context<GateEnv>;
  readonly interaction: Interaction;
  readonly session: Session;
}

const formSchema = z.object({
  csrf: z.string().max(128).optional(),
  decision: z.enum(['allow', 'deny']),
  remember: z.string().optional(),
});

/** `/interaction/<uid>`, where the provider sends the browser when something must happen first, and where sign-in leads back to. */
export function interactionRoutes(gate: Gate, oidc: Oidc): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  app.get('/interaction/:uid', (context) => within(gate, oidc, context, look));
  app.post('/interaction/:uid', (context) => within(gate, oidc, context, decide));
  return app;
}

/** Only the browser that began the interaction, by its signed cookie, and only with a person in it. */
async function within(gate: Gate, oidc: Oidc, context: Context<GateEnv>, go: (waiting: Waiting) => Promise<Response>): Promise<Response> {
  const interaction = await interactionOf(oidc, context);
  if (!interaction) {
    const words = 'It was open for too long, or began in another browser. Go back to the app and start again.';
    return await sendPage(context, gate.theme, context.get('portal'), plainPage('This sign-in is over', words), 400);
  }
  const session = await identify(gate, context, context.get('portal'));
  if (!session) return seeOther(context, placeWithReturn('/', interactionUrl(oidc.settings, interaction.uid)));
  return await go({ gate, oidc, context, interaction, session });
}

async function interactionOf(oidc: Oidc, context: Context<GateEnv>): Promise<Interaction | undefined> {
  const { incoming, outgoing } = connectionOf(context);
  try {
    const interaction = await oidc.provider.interactionDetails(incoming, outgoing);
    return interaction.uid === context.req.param('uid') ? interaction : undefined;
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) return undefined;
    throw cause;
  }
}

async function look(waiting: Waiting): Promise<Response> {
  const { context, oidc, interaction, session } = waiting;
  const { prompt, uid } = interaction;
  const here = interactionUrl(oidc.settings, uid);
  switch (prompt.name) {
    case 'login': {
      if (prompt.reasons.includes('id_token_hint'))
        return await finish(waiting, { error: 'login_required', error_description: 'somebody else is signed in' });
      const askedAt = Number(prompt.details['askedAt']);
      const mustProve = prompt.reasons.some((reason) => reason === 'login_prompt' || reason === 'max_age');
      if (mustProve && session.provedAt < askedAt) return seeOther(context, placeWithReturn('/prove', here));
      return await finish(waiting, { login: { accountId: session.person.id } });
    }
    case 'second_factor':
      if (!hasSecondFactor(session)) return seeOther(context, placeWithReturn('/second-factor', here));
      return await finish(waiting, { second_factor: {} });
    default:
      return await showConsent(waiting, 200);
  }
}

async function decide(waiting: Waiting): Promise<Response> {
  const { gate, context, interaction, session } = waiting;
  if (interaction.prompt.name !== 'consent') return await look(waiting);
  const form = formSchema.safeParse(await context.req.parseBody()).data;
  if (!form || !isOwnForm(gate, context, form.csrf))
    return await showConsent(waiting, 403, 'This form was open for too long. Decide again.');
  if (form.decision === 'deny') return await finish(waiting, { error: 'access_denied', error_description: 'the person did not consent' });
  const { consent } = clientOf(waiting);
  if (form.remember !== undefined && typeof consent === 'object') await remember(waiting, consent.rememberMs);
  return await finish(waiting, { consent: { personId: session.person.id, at: Date.now() } });
}

/** A consent that cannot be written is given all the same; it is asked for again next time. */
async function remember({ gate, interaction, session, ...waiting }: Waiting, rememberMs: number): Promise<void> {
  const client = clientOf({ ...waiting, interaction });
  try {
    await gate.records.saveConsent(session.person.id, client.id, scopesOf(interaction), Date.now() + rememberMs);
  } catch (cause) {
    if (!(cause instanceof RecordsUnavailable)) throw cause;
    gate.log.warn({ event: 'records.lost', client: client.id }, 'a consent was not remembered');
  }
}

async function showConsent(waiting: Waiting, status: 200 | 403, problem?: string): Promise<Response> {
  const { gate, context, interaction, session } = waiting;
  const client = clientOf(waiting);
  const page = consentPage({
    csrf: csrfField(gate, context),
    uid: interaction.uid,
    client: client.title,
    destination: destinationOf(interaction),
    scopes: scopesOf(interaction),
    person: session.person,
    rememberDays: typeof client.consent === 'object' ? Math.ceil(client.consent.rememberMs / 86_400_000) : undefined,
    problem,
  });
  return await sendPage(context, gate.theme, context.get('portal'), page, status);
}

/** Writes down what came of the interaction and sends the browser back to the provider. */
async function finish({ oidc, context }: Waiting, result: InteractionResults): Promise<Response> {
  const { incoming, outgoing } = connectionOf(context);
  return seeOther(context, new URL(await oidc.provider.interactionResult(incoming, outgoing, result)).pathname);
}

function clientOf({ oidc, interaction }: Pick<Waiting, 'oidc' | 'interaction'>): OidcClient {
  const client = oidc.settings.clients.get(String(interaction.params['client_id']));
  if (!client) throw new TypeError('the interaction has no client');
  return client;
}

function scopesOf({ params }: Interaction): readonly string[] {
  return typeof params['scope'] === 'string' ? params['scope'].split(' ') : [];
}

function destinationOf({ params }: Interaction): string {
  const url = parseUrl(String(params['redirect_uri']));
  return url?.host || url?.protocol || '';
}
