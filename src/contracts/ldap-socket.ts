/**
 * A program of OpenLDAP's inside the directory's unit, over the server's own socket, which knows the caller by his uid: no password is
 * needed there (SASL EXTERNAL). The `command` is a word of ours; whatever comes from elsewhere stands in `values`, which no shell reads.
 */
export function overSocket(command: string, ...values: readonly string[]): readonly [string, ...string[]] {
  const line = `exec ${command} -Q -Y EXTERNAL -H "\${LDAPI_URI:-ldapi:///}"`;
  return values.length === 0 ? ['sh', '-c', line] : ['sh', '-c', `${line} "$@"`, 'sh', ...values];
}
