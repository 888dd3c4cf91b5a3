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

/**
 * Prints one line about the set-up. Everything of it goes to stderr, for stdout belongs to results.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`mingchu: ${text}\n`);
}
