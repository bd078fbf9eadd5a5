interface Point {
  readonly x: number;
  readonly y: number;
}

const radius = 36;

function pointAt(turn: number): Point {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return { x: round(radius * Math.cos(angle)), y: round(radius * Math.sin(angle)) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The letters of a name and their order as places on a wheel of 36. */
function placesOf(name: string): number[] {
  const letters = Array.from(name.toLowerCase().normalize('NFKD')).filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const places = letters.map((letter, index) => ((letter.codePointAt(0) ?? 0) * 11 + index * 13) % 36);
  return places.filter((place, index) => place !== places[index - 1]).slice(0, 14);
}

/** A sign of its own for each name: the same name always gives the same sign. Decorative SVG. */
export function drawSigil(name: string): string {
  const places = placesOf(name);
  const points = (places.length > 1 ? places : [0, 12, 24, 0]).map((place) => pointAt(place / 36));
  const line = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  const dots = points.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="2.1"/>`).join('');
  const ticks = Array.from({ length: 36 }, (_, turn) => {
    const { x, y } = pointAt(turn / 36);
    return `M${round(x * 1.19)} ${round(y * 1.19)}L${round(x * (turn % 9 === 0 ? 1.28 : 1.23))} ${round(y * (turn % 9 === 0 ? 1.28 : 1.23))}`;
  }).join('');
  const [first = { x: 0, y: 0 }] = points;
  return (
    '<svg class="sigil" viewBox="-50 -50 100 100" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" ' +
    'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">' +
    `<circle r="48" stroke-width="1"/><circle r="42" stroke-width=".6"/><path d="${ticks}" stroke-width=".7"/>` +
    `<path d="${line}"/><g fill="currentColor" stroke="none">${dots}</g><circle cx="${first.x}" cy="${first.y}" r="4.2" stroke-width="1"/></svg>`
  );
}

/** A hue in degrees that belongs to a name. */
export function hueOf(name: string): number {
  let hash = 7;
  for (const letter of name.toLowerCase()) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return hash % 360;
}
