/** What OpenAI's clients look at in an error beside its status (https://platform.openai.com/docs/guides/error-codes). */
interface ErrorBody {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

interface RefusalFacts {
  /** The field of the request at fault. */
  readonly param?: string;
  readonly code?: string;
  readonly retryAfterSeconds?: number;
}

/** A request that no back end could answer as it stands; trying another one would not help. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 400 | 401 | 404 | 413 | 415 | 429 | 503;
  readonly facts: RefusalFacts;

  constructor(status: Refusal['status'], message: string, facts: RefusalFacts = {}) {
    super(message);
    this.status = status;
    this.facts = facts;
  }
}

/** A back end that is away, slow or broken; another one may still answer. */
export class BackendFailure extends Error {
  override readonly name = 'BackendFailure';
  readonly kind: 'away' | 'failed' | 'slow';

  constructor(kind: BackendFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export function errorBody(status: number, message: string, { param, code }: RefusalFacts = {}): { readonly error: ErrorBody } {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}
