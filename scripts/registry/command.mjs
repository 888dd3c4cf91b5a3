import { parseArgs } from 'node:util';

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run registry -- import FILE… [--dry-run] [--remove-missing]
       npm run registry -- export [--format csv|json|xlsx] [--table sites|cameras|combined]
                                  [--encoding utf-8|gb18030] [--out FILE]
       npm run registry -- template [--lang zh-CN|en] [--out FILE]

FILE is one .json, or one or more .xlsx or .csv that belong together (such as sites.csv cameras.csv); of a workbook
the first sheet is read, text may be UTF-8, UTF-16 or GB18030. A template is a workbook to fill in. An import is all or nothing; --dry-run only says what it would do.
--remove-missing also takes out the cameras that are not in the files, and sites that have none then.

--hub URL   the hub, else http://127.0.0.1:7400
--key KEY   the key of the hub's access link, else MINGCHU_ACCESS_KEY; not needed on the hub's own machine

Exit code: 0 done, 1 the files are not importable, 2 wrong usage, 3 the hub does not answer or refuses.
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
  const [name, ...files] = positionals;
  if (values.help === true || name === 'help') return { name: /** @type {const} */ ('help') };
  const target = {
    hub: hubUrl(values.hub ?? 'http://127.0.0.1:7400'),
    key: values.key ?? environment.MINGCHU_ACCESS_KEY,
  };
  if (name === 'import') {
    if (files.length === 0) throw new UsageError('Name at least one file to import.');
    return {
      name: /** @type {const} */ ('import'),
      files,
      dryRun: values['dry-run'] === true,
      removesMissing: values['remove-missing'] === true,
      ...target,
    };
  }
  if (name === 'export') {
    if (files.length > 0) throw new UsageError('An export takes no files; name the target with --out.');
    return {
      name: /** @type {const} */ ('export'),
      format: oneOf('--format', values.format ?? 'csv', ['csv', 'json', 'xlsx']),
      table: oneOf('--table', values.table ?? 'combined', ['sites', 'cameras', 'combined']),
      encoding: oneOf('--encoding', values.encoding ?? 'utf-8', ['utf-8', 'gb18030']),
      out: values.out,
      ...target,
    };
  }
  if (name === 'template') {
    if (files.length > 0) throw new UsageError('A template takes no files; name the target with --out.');
    const lang = oneOf('--lang', values.lang ?? 'zh-CN', ['zh-CN', 'en']);
    return { name: /** @type {const} */ ('template'), lang, out: values.out, ...target };
  }
  const known = 'import, export nor template';
  throw new UsageError(name === undefined ? 'Say what to do.' : `"${name}" is neither ${known}.`);
}

/** @param {string[]} args */
function parse(args) {
  /** @type {{ type: 'string' }} */
  const text = { type: 'string' };
  /** @type {{ type: 'boolean' }} */
  const flag = { type: 'boolean' };
  const options = {
    help: flag,
    'dry-run': flag,
    'remove-missing': flag,
    hub: text,
    key: text,
    format: text,
    table: text,
    encoding: text,
    lang: text,
    out: text,
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** @param {string} text */
function hubUrl(text) {
  if (!/^https?:\/\/[^/]/.test(text)) throw new UsageError(`--hub must be an http:// URL, not "${text}".`);
  return new URL(text).origin;
}

/**
 * @param {string} option
 * @param {string} value
 * @param {string[]} known
 */
function oneOf(option, value, known) {
  if (known.includes(value)) return value;
  throw new UsageError(`${option} must be one of ${known.join(', ')}, not "${value}".`);
}
