/** A page of the site: Markdown, of which everything foreign went through {@link words} or {@link code}. */
export type Markdown = readonly string[];

/** Text that somebody else wrote, as it stands: none of it is taken for Markdown or HTML, and it stays inside a cell or an attribute. */
export function words(content: string): string {
  return content
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[&<>"\\`*_{}[\]|$~]|^[-+#!=:]|(?<=^\d+)[.)]/g, (found) => `&#${found.codePointAt(0)};`);
}

/** Text as a program reads it. */
export function code(content: string): string {
  return /^[^`|$<&\s](?:[^`|$<&\n]*[^`|$<&\s])?$/.test(content) ? `\`${content}\`` : `<code>${words(content)}</code>`;
}

/** A link to somewhere outside the site; whatever could end it early is encoded. */
export function external(label: string, address: string): string {
  return `[${words(label)}](<${address.replaceAll(/[\s<>"\\]/g, encodeURIComponent)}>)`;
}

/** Rows whose cells are Markdown already; nothing where there is no row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): Markdown {
  if (rows.length === 0) return [];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}

/** A heading and what is below it, or `otherwise` where that is nothing. */
export function section(title: string, body: Markdown, otherwise?: string): Markdown {
  if (body.length === 0 && otherwise === undefined) return [];
  return [`## ${title}`, '', ...(body.length === 0 ? [otherwise ?? '', ''] : body)];
}

/** Commands, to be copied as they stand. */
export function commands(...typed: readonly (readonly [command: string, about: string])[]): Markdown {
  const width = Math.max(...typed.map(([command]) => command.length));
  return ['```sh', ...typed.map(([command, about]) => `${command.padEnd(width)}  # ${about}`), '```', ''];
}

/** The folder of the pages about single services, as a link from another page begins. */
export type Base = 'services/' | '';

/** A link to the page of a service, by its name. Workers are on the page of their service. */
export function pageOf({ name, family = name }: { readonly name: string; readonly family?: string }, base: Base): string {
  return `[\`${name}\`](${base}${family}.md)`;
}
