import type { Need, Secret, SecretKind } from '../service/index.ts';

export interface SecretNeedRequest {
  readonly spec: SecretKind;
  /** The value guards data at rest (an encryption key): rotating it would lose the data, so nothing ever does so by itself. */
  readonly keeps?: 'data';
}

/** A value of the service's own, made once and kept: `secret({ kind: 'hex', bytes: 32 })`. */
export function secret(spec: SecretKind, options: { readonly keeps?: 'data' } = {}): Need<'secret', SecretNeedRequest, Secret> {
  return { kind: 'secret', request: { spec, ...options } };
}
