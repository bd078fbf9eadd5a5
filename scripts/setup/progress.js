// @ts-check

/** @typedef {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} Output */

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Says what goes on: a live line with a bar on a terminal, plain lines elsewhere; colours only on a terminal and without NO_COLOR.
 * @param {Output} output
 * @param {NodeJS.ProcessEnv} env
 */
export function progressTo(output, env = process.env, now = Date.now) {
  const isLive = output.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'];
  const hasColour = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  /** @param {number} code @param {string} text */
  const paint = (code, text) => (hasColour ? `\u001B[${code}m${text}\u001B[0m` : text);

  return {
    /** @param {string} text */
    say: (text) => void output.write(`${text}\n`),
    /** @param {string} text */
    strong: (text) => paint(1, text),
    /** @param {string} text */
    warn: (text) => void output.write(`${paint(33, text)}\n`),
    /** @param {string} text */
    fail: (text) => void output.write(`${paint(31, text)}\n`),
    /**
     * One long step. `work` gets a function that takes what is going on and, where known, which share of it is done.
     * @template T
     * @param {{ at: number, of: number, title: string }} step
     * @param {(tell: (note: string, share?: number) => void) => Promise<T>} work
     * @returns {Promise<T>}
     */
    async step(step, work) {
      const name = `[${step.at}/${step.of}] ${step.title}`;
      const began = now();
      const line = isLive ? liveLine(output, name, began, now) : plainLine(output, name, began, now);
      try {
        const result = await work(line.tell);
        line.end(paint(32, `done in ${elapsed(now() - began)}`));
        return result;
      } catch (cause) {
        line.end(paint(31, `failed after ${elapsed(now() - began)}`));
        throw cause;
      }
    },
  };
}

/**
 * @param {Output} output @param {string} name @param {number} began @param {() => number} now
 */
function liveLine(output, name, began, now) {
  let note = '';
  /** @type {number | undefined} */
  let share;
  let frame = 0;
  const draw = () => {
    const parts = [frames[frame++ % frames.length], name, bar(share), elapsed(now() - began), note];
    output.write(`\r\u001B[2K${cut(parts.filter(Boolean).join(' '), (output.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, 100);
  draw();
  return {
    /** @param {string} told @param {number} [done] */
    tell: (told, done) => {
      note = told;
      share = done;
    },
    /** @param {string} text */
    end: (text) => {
      clearInterval(timer);
      output.write(`\r\u001B[2K${name} … ${text}\n`);
    },
  };
}

/**
 * A step that takes long says so every 15 seconds, on a line of its own.
 * @param {Output} output @param {string} name @param {number} began @param {() => number} now
 */
function plainLine(output, name, began, now) {
  let note = '';
  let isOpen = true;
  output.write(`${name} …`);
  const timer = setInterval(() => {
    output.write(`${isOpen ? '\n' : ''}${name} … ${elapsed(now() - began)}${note === '' ? '' : `, ${note}`}\n`);
    isOpen = false;
  }, 15_000);
  return {
    /** @param {string} told */
    tell: (told) => {
      note = told;
    },
    /** @param {string} text */
    end: (text) => {
      clearInterval(timer);
      output.write(`${isOpen ? '' : `${name} …`} ${text}\n`);
    },
  };
}

/** @param {number | undefined} share */
export function bar(share, width = 20) {
  if (share === undefined) return '';
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** @param {number} ms */
export function elapsed(ms) {
  const seconds = Math.round(ms / 1000);
  if (ms < 950) return `${Math.max(0, Math.round(ms))} ms`;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @param {string} text @param {number} width */
function cut(text, width) {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
