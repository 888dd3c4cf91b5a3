import { parseOptions, UsageError } from '../commandLine.mjs';
import { hubOptions, hubTarget, hubUsage } from '../hubRequest.mjs';

const options = {
  ...hubOptions,
  help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }),
  'alerts-per-second': /** @type {{ type: 'string' }} */ ({ type: 'string' }),
};

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run alerts:keys -- make NAME [--alerts-per-second N]
       npm run alerts:keys -- list
       npm run alerts:keys -- revoke KEY_ID

A key lets another system report alerts to the hub. NAME says whose key it is. Its secret is printed once, when the key is made.

${hubUsage}

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parseOptions(args, options);
  const [name, subject, ...rest] = positionals;
  if (values.help === true || name === 'help') return { name: /** @type {const} */ ('help') };
  const target = hubTarget(values, environment);
  if (rest.length > 0) {
    throw new UsageError(`"${rest[0]}" is one word too many: put a name of several words in quotes.`);
  }
  if (name === 'list') {
    if (subject !== undefined) throw new UsageError('list takes no further word.');
    return { name: /** @type {const} */ ('list'), ...target };
  }
  if (name === 'make') {
    if (subject === undefined) throw new UsageError('Name the system that will use the key: make NAME.');
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
    name === undefined
      ? 'Name a command: make, list or revoke.'
      : `There is no command "${name}"; the commands are make, list and revoke.`,
  );
}
