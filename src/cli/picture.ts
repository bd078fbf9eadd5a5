import type { Phase, Progress } from '../deploy/outcome.ts';
import type { BuildProgress } from '../images/build.ts';
import { colors } from './colors.ts';

/** What a picture must fit into, and how far time has gone. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  /** One frame of the turning sign. */
  readonly frame: string;
  readonly seconds: string;
}

export interface UnitLine extends Progress {
  /** When it came to rest. */
  readonly at?: string;
}

/** One line about the building of images; empty before there is anything to build. */
export function drawBuild({ done, total, current }: BuildProgress, { columns, frame, seconds }: Canvas): string {
  if (total === 0) return '';
  if (done === total) return `${colors.green('✔')} ${total} images  ${colors.dim(seconds)}`;
  const count = `${done}/${total}`;
  const width = 20;
  const filled = Math.round((done / total) * width);
  const bar = colors.cyan('━'.repeat(filled)) + colors.dim('━'.repeat(width - filled));
  const room = columns - ` images ${count}  ${seconds}  `.length - width - 2;
  return `${colors.cyan(frame)} images ${bar} ${count}  ${cut(current.join(', '), room)}  ${colors.dim(seconds)}`;
}

/** One line for each service and one that sums up; where the terminal is too low for all, those that need the eye come first. */
export function drawUnits(units: readonly UnitLine[], canvas: Canvas): string {
  const { columns, rows, frame, seconds } = canvas;
  const room = Math.max(rows - 3, 1);
  const shown =
    units.length <= room ? units : units.toSorted((one, other) => interest(other.phase) - interest(one.phase)).slice(0, room - 1);
  const width = Math.max(0, ...units.map(({ service }) => service.length));
  const lines = shown.map(({ service, phase, detail, at }) => {
    const words = phase === 'ready' ? (at ?? '') : detail === undefined ? phase : `${phase}: ${detail}`;
    return `${sign(phase, frame)} ${cut(service.padEnd(width), columns - 2)}  ${colors.dim(cut(words, columns - width - 4))}`.trimEnd();
  });
  const ready = units.filter(({ phase }) => phase === 'ready').length;
  const hidden = units.length - shown.length;
  const more = hidden === 0 ? [] : [colors.dim(`  and ${hidden} more`)];
  return [...lines, ...more, `${ready} of ${units.length} ready  ${colors.dim(seconds)}`].join('\n');
}

function cut(words: string, room: number): string {
  const line = words.split('\n').join(' ');
  if (line.length <= room) return line;
  return room < 1 ? '' : `${line.slice(0, room - 1)}…`;
}

/** What goes on now before what went wrong, both before what waits; what is done comes last. */
function interest(phase: Phase): number {
  return (['ready', 'removed', 'waiting', 'blocked', 'restored', 'failed', 'starting', 'granting', 'failing'] as const).indexOf(phase);
}

function sign(phase: Phase, frame: string): string {
  switch (phase) {
    case 'ready':
      return colors.green('✔');
    case 'failed':
    case 'restored':
      return colors.red('✘');
    case 'blocked':
      return colors.yellow('○');
    case 'waiting':
      return colors.dim('·');
    case 'removed':
      return colors.dim('-');
    case 'failing':
      return colors.red(frame);
    case 'starting':
    case 'granting':
      return colors.cyan(frame);
  }
}
