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
}
