import { parseOptions, UsageError } from '../commandLine.mjs';
import { hubOptions, hubTarget, hubUsage } from '../hubRequest.mjs';

/** @type {{ type: 'string' }} */
const text = { type: 'string' };
/** @type {{ type: 'boolean' }} */
const flag = { type: 'boolean' };
const options = {
  ...hubOptions,
  help: flag,
  'dry-run': flag,
  'remove-missing': flag,
  format: text,
  table: text,
  encoding: text,
  lang: text,
  out: text,
};

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run registry -- import FILE… [--dry-run] [--remove-missing]
       npm run registry -- export [--format csv|json|xlsx] [--table sites|cameras|combined]
                                  [--encoding utf-8|gb18030] [--out FILE]
       npm run registry -- template [--lang zh-CN|en] [--out FILE]

FILE is one .json file, or one or more .xlsx or .csv files that belong together (such as sites.csv cameras.csv). Of a workbook
the first visible sheet is read; text may be UTF-8, UTF-16 or GB18030. A template is a workbook to fill in. An import changes
everything or nothing; --dry-run only prints what it would do. --remove-missing also removes the cameras that are not in the
files, and then the sites that have no camera.

${hubUsage}

Exit code: 0 done, 1 the files are not importable, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parseOptions(args, options);
  const [name, ...files] = positionals;
  if (values.help === true || name === 'help') return { name: /** @type {const} */ ('help') };
  const target = hubTarget(values, environment);
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
  throw new UsageError(
    name === undefined
      ? 'Name a command: import, export or template.'
      : `There is no command "${name}"; the commands are import, export and template.`,
  );
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
