/** Every failure a person may meet. Codes are stable and searchable. */
export type ErrorCode =
  | 'E_CLUSTER_MISSING'
  | 'E_CLUSTER_EXISTS'
  | 'E_USAGE'
  | 'E_HOST_MISSING'
  | 'E_ENGINE_UNREACHABLE'
  | 'E_ENGINE_FAILED'
  | 'E_IMAGE_BUILD'
  | 'E_IMAGE_UNFOUND'
  | 'E_DISK_FULL'
  | 'E_PORT_TAKEN'
  | 'E_LOCKED'
  | 'E_NAME_TAKEN'
  | 'E_AGE_KEY_MISSING'
  | 'E_AGE_KEY_WRONG'
  | 'E_AGE_KEY_EXPOSED'
  | 'E_SECRETS_DAMAGED'
  | 'E_SECRET_UNKNOWN'
  | 'E_SECRET_KEPT'
  | 'E_SERVICE_UNKNOWN'
  | 'E_SERVICE_CHOSEN'
  | 'E_SERVICE_NEEDED'
  | 'E_RELEASE_DAMAGED'
  | 'E_GATE_CONFIG'
  | 'E_CHAIN_CONFIG'
  | 'E_DIRECTORY_FAILED'
  | 'E_PERSON_UNKNOWN'
  | 'E_PERSON_TAKEN'
  | 'E_PERSON_KEPT'
  | 'E_GROUP_UNKNOWN'
  | 'E_GROUP_TAKEN'
  | 'E_GROUP_KEPT'
  | 'E_IMPORT_REFUSED'
  | 'E_COMMAND_FAILED';

/** Which exit status `main` gives for a code: 64 wrong usage, 3 something missing on the host, else 1. */
const exitStatus: Partial<Record<ErrorCode, number>> = {
  E_USAGE: 64,
  E_SECRET_UNKNOWN: 64,
  E_PERSON_UNKNOWN: 64,
  E_GROUP_UNKNOWN: 64,
  E_HOST_MISSING: 3,
  E_ENGINE_UNREACHABLE: 3,
};

/** A failure the caller cannot go on from: names the thing, says what to do next in `fix`, keeps the cause. */
export class DatamancyError extends Error {
  override readonly name = 'DatamancyError';
  readonly code: ErrorCode;
  readonly fix: string;

  constructor(code: ErrorCode, message: string, options: { readonly fix: string; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
  }

  get exitStatus(): number {
    return exitStatus[this.code] ?? 1;
  }
}

/** One line for a cause of any type; a DatamancyError gives its message, anything unknown its string form. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The `code` of a Node system error such as ENOENT, or undefined for anything else. */
export function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
