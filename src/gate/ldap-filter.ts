/** A value as it may stand in a search filter. https://www.rfc-editor.org/rfc/rfc4515#section-3 */
export function escapeFilterValue(value: string): string {
  return value.replaceAll(/[\p{Cc}*()\\]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/**
 * Fills Authelia's placeholders, such as `{input}` and `{username_attribute}`, in one pass: a value that looks like a
 * placeholder is not filled again. Values are escaped, attribute names (configured by the operator) are not.
 */
export function fillFilter(
  template: string,
  values: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, string>>,
): string {
  return template.replaceAll(/\{([a-z_:-]+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? (attributes[name] ?? whole) : escapeFilterValue(value);
  });
}
