import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { type Records, RecordsUnavailable } from '../records.ts';
import { hasSecondFactor } from '../sessions.ts';
import { idTokenClaimsOf } from './claims.ts';
import type { Grants } from './grants.ts';
import type { People } from './people.ts';
import { judge } from './policy.ts';
import type { OidcClient, OidcSettings } from './settings.ts';
import type { Visits } from './visits.ts';

/** What the prompts are decided with. */
export interface PromptParts {
  readonly settings: OidcSettings;
  readonly visits: Visits;
  readonly people: People;
  readonly grants: Pick<Grants, 'note' | 'refusedUntil'>;
  readonly records: Pick<Records, 'findConsent'>;
}

const { Check, Prompt, base } = interactionPolicy;

/** What must happen in the browser before a code is given: a sign-in, a second factor, a consent, in this order. */
export function createPrompts(parts: PromptParts): interactionPolicy.Prompt[] {
  const login = base().get('login');
  if (!login) throw new TypeError('oidc-provider has no login prompt');
  login.details = () => ({ askedAt: Date.now() });
  return [login, secondFactorPrompt(parts), consentPrompt(parts)];
}

function secondFactorPrompt({ settings, visits }: PromptParts): interactionPolicy.Prompt {
  function isMissing(context: KoaContextWithOIDC): boolean {
    const { session, address } = visits.of(context);
    if (!session) return false;
    switch (judge(clientOf(settings, context).policy, session.person, address)) {
      case 'deny':
        throw new errors.AccessDenied('this app is for members of another group');
      case 'two_factor':
        return !hasSecondFactor(session);
      case 'one_factor':
        return false;
    }
  }
  const check = new Check('second_factor_missing', 'a second factor must be proved', 'interaction_required', isMissing);
  return new Prompt({ name: 'second_factor' }, check);
}

function consentPrompt(parts: PromptParts): interactionPolicy.Prompt {
  const check = new Check('consent_missing', 'the person must consent', 'consent_required', async (context) => {
    if (await lacksConsent(parts, context)) return true;
    // This is the last check of the last prompt: nothing stands between the request and its code any more.
    await grant(parts, context);
    if (!(await lacksConsent(parts, context))) return false;
    // The consent was withdrawn meanwhile, by somebody who may not have seen this grant yet.
    await context.oidc.grant?.destroy();
    return true;
  });
  const prompt = new Prompt({ name: 'consent', requestable: true }, check);
  // A consent that was asked for explicitly is looked at above; the library's own check would run beside the one that grants.
  prompt.checks.remove('consent_prompt');
  return prompt;
}

async function lacksConsent({ settings, records, grants }: PromptParts, { oidc }: KoaContextWithOIDC): Promise<boolean> {
  const client = clientOf(settings, { oidc });
  const personId = oidc.session?.accountId ?? '';
  const given = oidc.result?.consent;
  if (given?.['personId'] === personId) {
    // An answer waits in the browser for as long as the interaction lives, and may be withdrawn meanwhile.
    const refusedUntil = await grants.refusedUntil(personId, client.id);
    if (refusedUntil === undefined || Number(given['at']) > refusedUntil) return false;
  }
  if (oidc.prompts.has('consent')) return true;
  if (client.consent === 'implicit') return false;
  if (client.consent === 'explicit') return true;
  const remembered = await rememberedScopes(records, personId, client.id);
  return ![...oidc.requestParamOIDCScopes].every((scope) => remembered.includes(scope));
}

/** While the records are away nothing is remembered, so people are asked. */
async function rememberedScopes(records: PromptParts['records'], personId: string, clientId: string): Promise<readonly string[]> {
  try {
    return (await records.findConsent(personId, clientId)) ?? [];
  } catch (cause) {
    if (cause instanceof RecordsUnavailable) return [];
    throw cause;
  }
}

/** Each authorization gets a grant of its own, so that taking one away leaves the others. */
async function grant({ settings, visits, people, grants }: PromptParts, context: KoaContextWithOIDC): Promise<void> {
  const { oidc } = context;
  const client = clientOf(settings, context);
  const { session } = visits.of(context);
  if (!oidc.grant || !oidc.session || !session) return;
  const scopes = oidc.requestParamOIDCScopes;
  const claims = idTokenClaimsOf(client, scopes, settings);
  oidc.grant.addOIDCScope(scopes);
  oidc.grant.addOIDCClaims([...claims]);
  Object.assign(oidc.claims, { id_token: { ...oidc.claims.id_token, ...Object.fromEntries(claims.map((claim) => [claim, null])) } });
  await people.remember(session.person);
  oidc.session.ensureClientContainer(client.id);
  const grantId = await oidc.grant.save();
  await grants.note({ personId: session.person.id, grantId, sessionUid: session.uid }, oidc.grant.remainingTTL * 1000);
  oidc.session.grantIdFor(client.id, grantId);
}

/** The registration of the client that asks. Clients come from the configuration alone, so there is one. */
export function clientOf(settings: OidcSettings, { oidc }: Pick<KoaContextWithOIDC, 'oidc'>): OidcClient {
  const client = settings.clients.get(oidc.client?.clientId ?? '');
  if (!client) throw new TypeError('the request has no client');
  return client;
}
