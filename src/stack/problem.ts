/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that must change before anything runs. Problems are reported all at once. */
export interface Problem {
  /** Stable id of the rule that found it, such as `host-unique`. */
  readonly rule: string;
  /** The service, or the place in cluster.yaml, that it is about. */
  readonly where: string;
  readonly message: string;
  readonly fix: string;
  /** Path of keys in cluster.yaml, from which a line and column can be found. */
  readonly path?: readonly string[];
  /** The exact place in cluster.yaml, or in `file`, where it is known already. */
  readonly position?: Position;
  /** The file that it is about, where that is not cluster.yaml. */
  readonly file?: string;
}

/** Two lines without colours: `problem[rule] cluster.yaml:12:5 where: message` and the fix. */
export function formatProblem(
  { rule, where, message, fix, position: own, file }: Problem,
  declarationFile: string,
  position: Position | undefined = own,
): string {
  const place = position ? `${file ?? declarationFile}:${position.line}:${position.column} ` : '';
  return `problem[${rule}] ${place}${where}: ${message}\n  fix: ${fix}`;
}
