import { parseArgs } from 'node:util';

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run alerts:keys -- make NAME [--alerts-per-second N]
       npm run alerts:keys -- list
       npm run alerts:keys -- revoke KEY_ID

A key lets another system report alerts to the hub. NAME says whose it is. The secret is shown once, when it is made.

--hub URL   the hub, else http://127.0.0.1:7400
--key KEY   the key of the hub's access link, else MINGCHU_ACCESS_KEY; not needed on the hub's own machine

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/** The command line makes no sense. */
export class UsageError extends Error {
  name = 'UsageError';
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parse(args);
  const [name, subject, ...rest] = positionals;
  if (values.help === true || name === 'help') return { name: /** @type {const} */ ('help') };
  const hub = values.hub ?? 'http://127.0.0.1:7400';
  if (!/^https?:\/\/[^/]/.test(hub)) throw new UsageError(`--hub must be an http:// URL, not "${hub}".`);
  const target = { hub: new URL(hub).origin, key: values.key ?? environment.MINGCHU_ACCESS_KEY };
  if (rest.length > 0)
    throw new UsageError(`"${rest[0]}" is too much: put a name of several words in quotes.`);
  if (name === 'list') {
    if (subject !== undefined) throw new UsageError('list takes nothing more.');
    return { name: /** @type {const} */ ('list'), ...target };
  }
  if (name === 'make') {
    if (subject === undefined) throw new UsageError('Say whose key it is: make NAME.');
    const rate = values['alerts-per-second'];
    const alertsPerSecond = rate === undefined ? undefined : Number(rate);
    if (alertsPerSecond !== undefined && !(Number.isInteger(alertsPerSecond) && alertsPerSecond > 0)) {
      throw new UsageError(`--alerts-per-second must be a whole number above 0, not "${rate}".`);
    }
    return { name: /** @type {const} */ ('make'), keyName: subject, alertsPerSecond, ...target };
  }
  if (name === 'revoke') {
    if (subject === undefined) throw new UsageError('Name the key to revoke; list shows them.');
    return { name: /** @type {const} */ ('revoke'), keyId: subject, ...target };
  }
  throw new UsageError(
    name === undefined ? 'Say what to do.' : `"${name}" is none of make, list and revoke.`,
  );
}

/** @param {string[]} args */
function parse(args) {
  /** @type {{ type: 'string' }} */
  const text = { type: 'string' };
  const options = {
    help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }),
    hub: text,
    key: text,
    'alerts-per-second': text,
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}
