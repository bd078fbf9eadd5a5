import type { Path } from './need.ts';

/** Program of the image with which a unit asks itself; `wget` stands for wget and, where only a port is asked, nc. */
export type Asker = 'wget' | 'curl' | 'node' | 'python3' | 'perl' | 'bash';

/** How to see that a unit is ready: an HTTP path or an open port, asked inside the unit, or a command of its image. */
export type Health<PortName> = (
  | { readonly port: PortName; readonly path: Path; readonly via?: Asker }
  /** curl cannot ask a port that speaks no HTTP. */
  | { readonly port: PortName; readonly via?: Exclude<Asker, 'curl'> }
  | { readonly command: readonly [string, ...string[]] }
) & {
  /** Seconds a slow start may take before a failing check counts; 30 where absent. */
  readonly startSeconds?: number;
};

/** A first real use, cheap and without a trace, that proves more than that the unit is up. `datamancy validate` tries it. */
export type Smoke<PortName> =
  | {
      readonly path: Path;
      /** The port of the route where absent, or that of the health check. */
      readonly port?: PortName;
      readonly via?: Asker;
      /** Status of the answer, 200 where absent, and words that are in it. */
      readonly expect: { readonly status?: number; readonly text?: string };
    }
  /** Ends with status 0; `expect` are words that it says. */
  | { readonly command: readonly [string, ...string[]]; readonly expect?: string };

/** Words of a log that mean trouble. */
export interface LogSignature {
  /** Source of a regular expression, held against one line. */
  readonly pattern: string;
  /** What is wrong then, and what to do. */
  readonly means: string;
}
