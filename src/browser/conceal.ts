/**
 * Finds the password in a text in each way in which an address may hold it: as it is, or any of its letters as bytes behind percent signs,
 * themselves escaped once more or not, and `+` for a blank. https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
function patternOf(password: string): RegExp {
  const letters = Array.from(password, (letter) => {
    const bytes = Array.from(Buffer.from(letter), (byte) => `%(?:25)*${byte.toString(16).padStart(2, '0')}`).join('');
    const literal = letter.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    return letter === ' ' ? String.raw`(?:${bytes}| |\+)` : `(?:${bytes}|${literal})`;
  });
  return new RegExp(letters.join(''), 'gi');
}

/** Takes the password out of a text. */
export function concealer(password: string): (text: string) => string {
  const pattern = patternOf(password);
  return (text) => text.replace(pattern, '•••');
}

/** Whether what a page sends has the password in it, as a form or as JSON. */
export function isIn(body: string, password: string): boolean {
  return patternOf(password).test(body) || body.includes(JSON.stringify(password).slice(1, -1));
}
