import type { FinalContent } from '../service/index.ts';

/** Several files that one renderer makes, by their paths inside one directory, such as `services/gate.md`. */
export interface Folder {
  readonly folder: Readonly<Record<string, FinalContent>>;
}
