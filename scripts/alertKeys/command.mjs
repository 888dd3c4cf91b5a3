import { parseOptions, UsageError } from '../commandLine.mjs';
import { hubOptions, hubTarget, hubUsage } from '../hubRequest.mjs';

/** @type {{ type: 'string' }} */
const text = { type: 'string' };
const options = {
  ...hubOptions,
  help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }),
  'alerts-per-second': text,
  for: text,
  districts: text,
  days: text,
};
const purposes = ['alerts', 'registry', 'recorders', 'records', 'orders', 'monitoring', 'pictures'];

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run alerts:keys -- make NAME [--for alerts|registry|recorders|records|orders|monitoring|pictures] [--districts A,B] [--days N] [--alerts-per-second N]
       npm run alerts:keys -- list
       npm run alerts:keys -- revoke KEY_ID

A key lets another system use the hub over HTTP. NAME says whose key it is. Its secret is printed once, when the key is made.
--for alerts     the system reports alerts, which it signs with the secret; this is the usual purpose
--for registry   the system imports and exports sites and cameras; it sends "Authorization: Bearer SECRET"
--for recorders  the system lists, adds and removes recorders (GB/T 28181); it sends "Authorization: Bearer SECRET"
--for records    the system reads alerts, their history and the CSV of alerts; it sends "Authorization: Bearer SECRET"
--for orders     the system reads and writes orders and findings; it sends "Authorization: Bearer SECRET"
--for monitoring the system reads the figures of /metrics; it sends "Authorization: Bearer SECRET"
--for pictures   the system receives cameras by WHEP (docs/whep.md); it sends "Authorization: Bearer SECRET"
--districts A,B  only for alerts of these districts; a key of the registry or of monitoring is for all of them
--days N         the key expires after N days, 1 to 1096, else after 366

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
    const purpose = values.for;
    if (purpose !== undefined && !purposes.includes(purpose)) {
      throw new UsageError(`--for must be one of ${purposes.join(', ')}, not "${purpose}".`);
    }
    const districts = values.districts
      ?.split(/[,，]/)
      .map((district) => district.trim())
      .filter((district) => district !== '');
    if (districts?.length === 0) throw new UsageError('--districts must name one district or more.');
    const key = {
      name: subject,
      purpose,
      districts,
      lifeDays: countOf('--days', values.days),
      alertsPerSecond: countOf('--alerts-per-second', values['alerts-per-second']),
    };
    return { name: /** @type {const} */ ('make'), newKey: key, ...target };
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

/**
 * A whole number above 0; undefined when the option was left out.
 * @param {string} option
 * @param {string | undefined} typed
 */
function countOf(option, typed) {
  if (typed === undefined) return undefined;
  const count = Number(typed);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(`${option} must be a whole number above 0, not "${typed}".`);
}
