import type { Reveal } from '../service/index.ts';

/** One file of a release. Its text is made when it is written, so that a secret is characters only then. */
export interface RenderedFile {
  /** Relative to the release, or to the private directory where `isPrivate`; starts with the service it is for. */
  readonly path: string;
  /** Shows a secret in clear, and so stays out of the release tree. */
  readonly isPrivate: boolean;
  readonly print: (reveal: Pick<Reveal, 'secret'>) => string;
}
