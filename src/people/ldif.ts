/** One attribute of a record, its name in lower case. */
interface LdifAttribute {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** One entry as a file or a directory's answer has it. Lines count from 1. */
export interface LdifRecord {
  readonly dn: string;
  readonly line: number;
  readonly attributes: readonly LdifAttribute[];
}

export interface LdifFault {
  readonly line: number;
  readonly what: string;
}

/** Reads content records, with folded lines and base64 (https://www.rfc-editor.org/rfc/rfc2849). What cannot be read is a fault, with its line. */
export function parseLdif(text: string): { readonly records: readonly LdifRecord[]; readonly faults: readonly LdifFault[] } {
  const records: LdifRecord[] = [];
  const faults: LdifFault[] = [];
  for (const lines of recordsOf(unfold(text))) {
    const attributes = lines.map(({ text: content, line }) => readLine(content, line));
    const [first, ...rest] = attributes.filter((one) => !('value' in one && one.name === 'version' && one === attributes[0]));
    const wrong = [first, ...rest].flatMap((one) => (one && 'what' in one ? [one] : []));
    if (wrong.length > 0) faults.push(...wrong);
    else if (first && 'value' in first && first.name !== 'dn')
      faults.push({ line: first.line, what: 'the record does not begin with dn:' });
    else if (first && 'value' in first) {
      const own = rest.flatMap((one) => ('value' in one ? [one] : []));
      const change = own.find(({ name }) => name === 'changetype' || name === 'control');
      if (change) faults.push({ line: change.line, what: 'the record is a change; only entries can be read' });
      else records.push({ dn: first.value, line: first.line, attributes: own });
    }
  }
  return { records, faults };
}

/** One line of LDIF, its value in base64 where the format cannot show it as it is. */
export function ldifLine(name: string, value: string): string {
  const isPlain = /^(?![ :<])[\x20-\x7e]*$/.test(value) && !value.endsWith(' ');
  return isPlain ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`;
}

interface Line {
  readonly text: string;
  readonly line: number;
}

/** Lines with what was folded put together again; a blank one is empty, and comments are gone. */
function unfold(text: string): readonly Line[] {
  const lines: { text: string; line: number }[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, index) => {
      const last = lines.at(-1);
      if (line.startsWith(' ') && last && last.text !== '') last.text += line.slice(1);
      else lines.push({ text: line, line: index + 1 });
    });
  return lines.filter(({ text: content }) => !content.startsWith('#'));
}

function recordsOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const records: Line[][] = [[]];
  for (const line of lines) {
    if (line.text === '') records.push([]);
    else records.at(-1)?.push(line);
  }
  return records.filter(({ length }) => length > 0);
}

function readLine(text: string, line: number): LdifAttribute | LdifFault {
  const { name, mark, rest = '' } = /^(?<name>[A-Za-z][\w.;-]*|\d[\d.]*):(?<mark>[:<]?) *(?<rest>.*)$/s.exec(text)?.groups ?? {};
  if (name === undefined) return { line, what: `${JSON.stringify(shortened(text))} is no line of LDIF` };
  if (mark === '<') return { line, what: `${name} names a file to read, which is not done` };
  if (mark === ':' && !/^[A-Za-z0-9+/]*={0,2}$/.test(rest)) return { line, what: `${name} is no base64` };
  return { line, name: name.toLowerCase(), value: mark === ':' ? Buffer.from(rest, 'base64').toString() : rest };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
