/** Reads an env file as the renderer writes it for Compose: each value in single quotes, or in double quotes with escapes. */
export function parseEnvText(content: string): Readonly<Record<string, string>> {
  const entry = /^(?<name>[A-Za-z_]\w*)=(?:'(?<plain>[^']*)'|"(?<escaped>(?:\\[^]|[^"\\])*)")\n/gm;
  return Object.fromEntries(
    [...content.matchAll(entry)].map(({ groups = {} }) => [
      groups['name'] ?? '',
      groups['plain'] ?? (groups['escaped'] ?? '').replaceAll(/\\(["$\\])/g, '$1'),
    ]),
  );
}
