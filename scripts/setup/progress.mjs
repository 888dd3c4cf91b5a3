/**
 * Shows how far a long step is: one line rewritten in place on a terminal, a line for every tenth elsewhere (a log file
 * should not fill with two hundred lines of it).
 * @param {string} title
 * @param {{ stream?: NodeJS.WriteStream }} options
 */
export function createProgress(title, { stream = process.stderr } = {}) {
  const startedAt = Date.now();
  let lastTenth = -1;
  return {
    /**
     * @param {number} done
     * @param {number} total
     * @param {string} detail shown on terminals only
     */
    update(done, total, detail = '') {
      const percent = Math.floor((done / Math.max(total, 1)) * 100);
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      if (stream.isTTY) {
        const text = `mingchu: ${title} ${percent} % (${done} of ${total}, ${seconds} s) ${detail}`;
        stream.write(`\r${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}\x1b[K`);
      } else if (Math.floor(percent / 10) > lastTenth) {
        lastTenth = Math.floor(percent / 10);
        stream.write(`mingchu: ${title} ${percent} % (${seconds} s)\n`);
      }
    },
    /** Ends the line on a terminal, so that what follows starts on its own. */
    end() {
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/** How often a step without a known length says that it is still at work, on a terminal and elsewhere. */
const signOfLifeMs = { terminal: 1_000, log: 20_000 };

/**
 * Shows that a step of unknown length is at work: the seconds so far and, on a terminal, what it last said.
 * @param {string} title
 * @param {{ stream?: NodeJS.WriteStream }} options
 */
export function createSignOfLife(title, { stream = process.stderr } = {}) {
  const startedAt = Date.now();
  let lastLine = '';
  const show = () => {
    const text = `mingchu: ${title} (${Math.round((Date.now() - startedAt) / 1000)} s)`;
    if (stream.isTTY)
      stream.write(`\r${`${text} ${lastLine}`.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}\x1b[K`);
    else stream.write(`${text}\n`);
  };
  show();
  const timer = setInterval(show, stream.isTTY ? signOfLifeMs.terminal : signOfLifeMs.log);
  timer.unref();
  return {
    /** @param {string} line what the step last said */
    heard(line) {
      lastLine = line.trim();
    },
    /** Ends the line on a terminal, so that what follows starts on its own. */
    end() {
      clearInterval(timer);
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/**
 * Prints one line about the set-up. Everything of it goes to stderr, for stdout belongs to results.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`mingchu: ${text}\n`);
}
