import { parseAllDocuments } from 'yaml';

const parsers: Readonly<Record<string, (text: string) => readonly string[]>> = { json: inJson, yaml: inYaml, yml: inYaml, ini: inIni };

/** What reads a file of this ending, and gives what is wrong with the text; undefined for an ending of which nothing is known. */
export function parserOf(path: string): ((text: string) => readonly string[]) | undefined {
  return parsers[path.slice(path.lastIndexOf('.') + 1)];
}

function inJson(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function inYaml(text: string): readonly string[] {
  const documents = parseAllDocuments(text, { version: '1.1' });
  return [...documents].flatMap(({ errors, warnings }) => [...errors, ...warnings].map(({ message }) => message));
}

/** Sections, keys with a value, comments; and no key twice in its section, of which programs would take the last without a word. */
function inIni(text: string): readonly string[] {
  const seen = new Set<string>();
  let section = '';
  return text.split('\n').flatMap((line, i): readonly string[] => {
    if (/^\s*(?:[;#].*)?$/.test(line)) return [];
    const title = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (title !== undefined) section = title;
    const key = title === undefined ? /^([^=\s]+)\s*=/.exec(line)?.[1] : '';
    const place = `[${section}] ${key ?? ''}`;
    if (key !== undefined && !seen.has(place)) {
      seen.add(place);
      return [];
    }
    return [`line ${i + 1} is ${key === undefined ? 'neither section nor key' : 'there twice'}: ${line}`];
  });
}
