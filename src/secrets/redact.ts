/** Gives the text with every secret in it, in any of the forms it takes in logs, replaced by `[redacted]`. */
type Redact = (text: string) => string;

interface StreamRedactor {
  /** Takes the next piece of output, cut anywhere; gives back whole lines that may be shown. */
  readonly push: (chunk: string) => string;
  /** What is left of the last line. */
  readonly end: () => string;
}

/** Shorter texts are not sought: they would blot out ordinary words. */
const shortest = 8;
const mark = '[redacted]';
const longestLine = 256 * 1024;

/**
 * Hides each value of 8 or more characters, also as URL-encoded, JSON-escaped and base64 (at any offset, so inside a
 * `Basic` header too), and each line of a value of many lines. Time grows with the text, hardly with the number of values.
 */
export function redactor(values: readonly string[]): Redact {
  const forms = [...new Set(values.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  if (forms.length === 0) return (text) => text;
  const byStart = new Map<string, string[]>();
  const starts = new Uint8Array(1 << 16);
  for (const form of forms) {
    const start = form.slice(0, shortest);
    byStart.set(start, [...(byStart.get(start) ?? []), form]);
    starts[slotAt(form, 0)] = 1;
  }
  return (text) => hide(text, (at) => (starts[slotAt(text, at)] === 1 ? longestAt(byStart, text, at) : 0));
}

/** The same for output that arrives in pieces. A line too long to hold is left out whole, and said to be. */
export function streamRedactor(values: readonly string[]): StreamRedactor {
  const redact = redactor(values);
  let held = '';
  let isSkipping = false;

  function takeLines(): string {
    const cut = held.lastIndexOf('\n') + 1;
    const lines = held.slice(0, cut);
    held = held.slice(cut);
    if (!isSkipping || cut === 0) return isSkipping ? '' : redact(lines);
    isSkipping = false;
    return redact(lines.slice(lines.indexOf('\n')));
  }

  return {
    push: (chunk) => {
      held += chunk;
      const shown = takeLines();
      if (held.length <= longestLine) return shown;
      held = '';
      if (isSkipping) return shown;
      isSkipping = true;
      return `${shown}[a line of more than ${longestLine / 1024} KiB left out]`;
    },
    end: () => {
      const rest = isSkipping ? '' : redact(held);
      held = '';
      return rest;
    },
  };
}

/** Overlapping hits become one mark, so that no tail of a secret stays. */
function hide(text: string, lengthAt: (at: number) => number): string {
  let result = '';
  let shown = 0;
  let end = 0;
  for (let at = 0; at <= text.length - shortest; at++) {
    const length = lengthAt(at);
    if (length === 0 || at + length <= end) continue;
    if (at >= end) {
      result += text.slice(shown, at) + mark;
    }
    end = at + length;
    shown = end;
  }
  return shown === 0 ? text : result + text.slice(shown);
}

function longestAt(byStart: ReadonlyMap<string, readonly string[]>, text: string, at: number): number {
  const forms = byStart.get(text.slice(at, at + shortest));
  return forms?.find((form) => text.startsWith(form, at))?.length ?? 0;
}

function slotAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 31 * 31 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;
}

function formsOf(value: string): string[] {
  const lines = value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('-----'));
  const texts = lines.length > 1 ? [value, ...lines] : [value];
  return texts
    .filter((text) => text.length >= shortest)
    .flatMap((text) => [
      text,
      encodeURIComponent(text),
      new URLSearchParams([['', text]]).toString().slice(1),
      JSON.stringify(text).slice(1, -1),
      ...base64Forms(text),
    ])
    .filter((form) => form.length >= shortest);
}

/** The part of the encoding that does not depend on what stands around the value, for each of the three alignments. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const core = bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
