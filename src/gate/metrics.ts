import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

type SignInResult = 'accepted' | 'refused' | 'banned' | 'unavailable';
type SecondFactorMethod = 'totp' | 'passkey' | 'recovery';
export type AuthzResult =
  | 'allowed'
  | 'anonymous'
  | 'forbidden'
  | 'second-factor'
  | 'malformed'
  | 'unavailable'
  | 'refused'
  | 'banned'
  | 'turned-away';

/** What gate counts about itself. */
export interface Metrics {
  readonly registry: Registry;
  signIn(result: SignInResult): void;
  authz(result: AuthzResult, seconds: number): void;
  mail(result: 'sent' | 'failed'): void;
  secondFactor(method: SecondFactorMethod, result: 'accepted' | 'refused' | 'banned'): void;
  records(areOpen: boolean): void;
  /** Whether decisions about addresses can be read, and how many bans hold. */
  bouncer(isUp: boolean, bans: number): void;
  turnedAway(): void;
  /** `client` is a registered one or `unknown`, `result` is `accepted` or an error code of the protocol. */
  oidc(endpoint: string, client: string, result: string): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const signIns = new Counter({
    name: 'gate_sign_ins_total',
    help: 'Attempts to sign in, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  const decisions = new Counter({
    name: 'gate_authz_decisions_total',
    help: 'Forward-auth decisions, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'gate_authz_duration_seconds',
    help: 'Time to decide a forward-auth request.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2],
    registers: [registry],
  });
  const secondFactors = new Counter({
    name: 'gate_second_factors_total',
    help: 'Second factors given, by method and result.',
    labelNames: ['method', 'result'],
    registers: [registry],
  });
  const oidcAnswers = new Counter({
    name: 'gate_oidc_answers_total',
    help: 'Answers of the OpenID provider, by endpoint, client and result.',
    labelNames: ['endpoint', 'client', 'result'],
    registers: [registry],
  });
  const recordsUp = new Gauge({
    name: 'gate_records_up',
    help: '1 while second factors and consents can be read.',
    registers: [registry],
  });
  const bouncerUp = new Gauge({
    name: 'gate_bouncer_up',
    help: '1 while decisions about addresses can be read.',
    registers: [registry],
  });
  const bans = new Gauge({
    name: 'gate_bouncer_decisions',
    help: 'Addresses and ranges that are banned.',
    registers: [registry],
  });
  const turnedAway = new Counter({
    name: 'gate_bouncer_refused_total',
    help: 'Requests that were refused for the address they came from.',
    registers: [registry],
  });
  const mails = new Counter({
    name: 'gate_mails_total',
    help: 'Mails to people, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    signIn(result) {
      signIns.inc({ result });
    },
    authz(result, seconds) {
      decisions.inc({ result });
      latency.observe(seconds);
    },
    mail(result) {
      mails.inc({ result });
    },
    secondFactor(method, result) {
      secondFactors.inc({ method, result });
    },
    oidc(endpoint, client, result) {
      oidcAnswers.inc({ endpoint, client, result });
    },
    records(areOpen) {
      recordsUp.set(areOpen ? 1 : 0);
    },
    bouncer(isUp, held) {
      bouncerUp.set(isUp ? 1 : 0);
      bans.set(held);
    },
    turnedAway() {
      turnedAway.inc();
    },
  };
}
