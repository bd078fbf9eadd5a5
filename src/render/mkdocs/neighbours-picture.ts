import type { Connection } from './connections.ts';
import type { Point } from './picture.ts';
import { label, linked, picture } from './picture.ts';

const box = { width: 190, height: 30, gap: 10 } as const;
const between = 110;
/** The tables below the picture name them all. */
const most = 12;

/** A unit, or the rest of them. */
interface Box {
  readonly text: string;
  readonly href?: string;
  readonly isSelf?: true;
}

/** Three columns: who asks this unit, the unit, and whom it asks; nothing where it is alone. A unit has its page by its family. */
export function neighboursPicture(name: string, connections: readonly Connection[], familyOf: (unit: string) => string): readonly string[] {
  const asking = boxesOf(connections.filter(({ to }) => to === name).map(({ from }) => from));
  const asked = boxesOf(connections.filter(({ from }) => from === name).map(({ to }) => to));
  const rows = Math.max(asking.length, asked.length);
  if (rows === 0) return [];
  const height = rows * (box.height + box.gap) + box.gap;
  const middle = { x: box.width + between, y: (height - box.height) / 2 };
  const right = { x: middle.x + box.width + between };
  const column = (boxes: readonly Box[], x: number): readonly (Box & Point)[] =>
    boxes.map((one, i) => ({ ...one, x, y: (height - boxes.length * (box.height + box.gap) + box.gap) / 2 + i * (box.height + box.gap) }));
  const left = column(asking, 0);
  const others = column(asked, right.x);
  return [
    picture(`Who asks ${name}, and whom it asks`, { width: right.x + box.width, height }, [
      ...left.map((one) => line({ x: one.x + box.width, y: one.y }, middle)),
      ...others.map((one) => line({ x: middle.x + box.width, y: middle.y }, one)),
      ...[...left, ...others].map(draw),
      draw({ text: name, isSelf: true, ...middle }),
    ]),
    '',
  ];

  function boxesOf(names: readonly string[]): readonly Box[] {
    const shown = names.length > most ? names.slice(0, most - 1) : names;
    const rest = names.length - shown.length;
    return [...shown.map((unit) => ({ text: unit, href: `../${familyOf(unit)}/` })), ...(rest > 0 ? [{ text: `and ${rest} more` }] : [])];
  }
}

/** From the right side of one box to the left side of another. */
function line(from: Point, to: Point): string {
  const [y1, y2, bend] = [from.y + box.height / 2, to.y + box.height / 2, between / 2];
  const way = `M${from.x} ${y1}C${from.x + bend} ${y1} ${to.x - bend} ${y2} ${to.x - 7} ${y2}`;
  return `<path class="line" d="${way}"/><path class="tip" d="M${to.x} ${y2}l-8 -4v8z"/>`;
}

function draw({ text, href, isSelf, x, y }: Box & Point): string {
  const size = `x="${x + 0.5}" y="${y + 0.5}" width="${box.width - 1}" height="${box.height - 1}" rx="6"`;
  const shape = `<rect ${size}${isSelf ? ' class="self"' : ''}/>`;
  const inner = `${shape}${label({ x: x + box.width / 2, y: y + box.height / 2 + 4 }, text, 'centre')}`;
  return href === undefined ? inner : linked(href, inner);
}
