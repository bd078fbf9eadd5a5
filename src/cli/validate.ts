/** Placeholder until the checks land. */
export async function validate(_options: object, _signal: AbortSignal): Promise<number> {
  return 1;
}
