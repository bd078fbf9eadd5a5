import { createHmac, randomBytes } from 'node:crypto';
import type { Directory, Person } from './directory.ts';
import type { Regulation } from './regulation.ts';

type BasicAnswer =
  | { readonly kind: 'accepted'; readonly person: Person }
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Passwords of programs that cannot show a page (RFC 7617). Never a session: each request brings them. */
export interface BasicCheck {
  /** Judges an Authorization header; what the directory said holds for `keepMs` without asking it again. */
  check(header: string, address: string, keepMs: number): Promise<BasicAnswer>;
  /** Forgets every answer, as after a password was changed. */
  forget(): void;
}

interface KeptAnswer {
  readonly answer: BasicAnswer;
  readonly until: number;
}

const mostKept = 1000;

/**
 * Programs ask often, many at once, and go on with a password that has become wrong. So one question is asked once for all who
 * ask it at the same time, and a repeated wrong password is no further guess. Kept are digests under a key that nobody else has.
 */
export function createBasicCheck(directory: Directory, regulation: Regulation, now: () => number = Date.now): BasicCheck {
  const key = randomBytes(32);
  const kept = new Map<string, KeptAnswer>();
  const underWay = new Map<string, Promise<BasicAnswer>>();
  let generation = 0;

  async function ask(username: string, password: string, address: string): Promise<BasicAnswer> {
    const permit = await regulation.admit(username, address);
    if (permit.kind === 'wait') return permit;
    const answer = await directory.signIn(username, password, AbortSignal.timeout(10_000));
    switch (answer.kind) {
      case 'unavailable':
        await regulation.withdrawn(username, address);
        return answer;
      case 'refused':
        return answer;
      case 'must-change':
        await regulation.succeeded(username, address);
        return { kind: 'refused' };
      case 'accepted':
        await regulation.succeeded(username, address);
        return answer;
    }
  }

  function keep(digest: string, answer: BasicAnswer, keepMs: number): void {
    const [oldest] = kept.keys();
    if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
    kept.delete(digest);
    kept.set(digest, { answer, until: now() + keepMs });
  }

  return {
    async check(header, address, keepMs) {
      const credentials = readCredentials(header);
      if (!credentials) return { kind: 'refused' };
      const { username, password } = credentials;
      const digest = createHmac('sha256', key)
        .update(JSON.stringify([username, password]))
        .digest('base64url');
      const known = kept.get(digest);
      if (known && known.until > now()) return known.answer;
      kept.delete(digest);
      const asked = generation;
      const question = underWay.get(digest) ?? ask(username, password, address).finally(() => underWay.delete(digest));
      underWay.set(digest, question);
      const answer = await question;
      const isFinal = answer.kind === 'accepted' || answer.kind === 'refused';
      if (isFinal && keepMs > 0 && asked === generation) keep(digest, answer, keepMs);
      return answer;
    },
    forget() {
      generation++;
      kept.clear();
      underWay.clear();
    },
  };
}

/** Whether a header speaks of user name and password at all. */
export function isBasic(header: string | undefined): header is string {
  return header !== undefined && /^basic /i.test(header);
}

function readCredentials(header: string): { readonly username: string; readonly password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header) ?? [];
  if (encoded === undefined || encoded.length > 4096) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const [username, password] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon < 1 || username.length > 256 || password.length > 1024 || /[\p{Cc}\ufffd]/u.test(text)) return undefined;
  return { username, password };
}
