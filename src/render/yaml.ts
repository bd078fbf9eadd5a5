/**
 * YAML in which every string is quoted, because readers differ in what a bare one is: Go's reads `1_000` as a number, older
 * ones read `on` as a boolean. A quoted string is written as in JSON, of which YAML is a superset. Data only: no cycles, no dates.
 */
export function printYaml(data: object): string {
  const lines = linesOf(data);
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

function linesOf(data: unknown): readonly string[] {
  if (Array.isArray(data)) return data.flatMap((item: unknown) => entry('-', item, true));
  return Object.entries(data as object).flatMap(([key, value]) => (value === undefined ? [] : entry(`${keyOf(key)}:`, value, false)));
}

/** One item or key with what belongs to it, two columns further in; the first line of an item shares the line of its dash. */
function entry(head: string, value: unknown, isItem: boolean): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${head} ${JSON.stringify(value)}`];
  const lines = linesOf(value);
  if (lines.length === 0) return [`${head} ${Array.isArray(value) ? '[]' : '{}'}`];
  const indented = lines.map((line) => `  ${line}`);
  return isItem ? [`${head} ${lines[0] ?? ''}`, ...indented.slice(1)] : [head, ...indented];
}

function keyOf(key: string): string {
  const isWord = /^[A-Za-z_][\w.-]*$/.test(key) && !/^(null|true|false|yes|no|on|off|y|n|e-?\d+)$/i.test(key);
  return isWord ? key : JSON.stringify(key);
}
