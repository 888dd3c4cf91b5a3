import { parseOptions, UsageError } from '../commandLine.mjs';
import { dataDirOf, dataDirUsage } from './dataDir.mjs';

/** @type {{ type: 'string' }} */
const text = { type: 'string' };
/** @type {{ type: 'boolean' }} */
const flag = { type: 'boolean' };
const options = {
  help: flag,
  demo: flag,
  'with-codes': flag,
  data: text,
  districts: text,
  squads: text,
  surface: text,
  screen: text,
};

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run accounts -- list
       npm run accounts -- first-code
       npm run accounts -- add SIGN_IN_NAME NAME ROLE [--districts A,B] [--squads A,B]
       npm run accounts -- role SIGN_IN_NAME ROLE
       npm run accounts -- scope SIGN_IN_NAME [--districts A,B] [--squads A,B]
       npm run accounts -- disable SIGN_IN_NAME
       npm run accounts -- enable SIGN_IN_NAME
       npm run accounts -- reset SIGN_IN_NAME [--with-codes]
       npm run accounts -- revoke SIGN_IN_NAME
       npm run accounts -- confirm CODE NAME
       npm run accounts -- screen NAME [--surface wall|showcase] [--screen ID]
       npm run accounts -- keys
       npm run accounts -- end-key KEY_ID

Roles: administrator, supervisor, duty_officer, auditor.
"add" and "reset" print a code of one use: its owner enters it on the sign-in page and chooses a password.
"reset --with-codes" also forgets the authenticator and its recovery codes. "revoke" ends all sign-ins.
"confirm" pairs the screen that shows CODE, under the name NAME.
"screen" prints the path of a page of the hub: the browser that opens it first, within 10 minutes, becomes that screen.
"keys" lists the keys that commands of this machine hold now; "end-key" ends one.
"first-code" prints the code that makes the first administrator. Without "--districts" or "--squads" an account is for all of them.

The command works on the hub that runs on this machine as this user, over the socket hub.sock in the hub's data folder.
${dataDirUsage}

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/** How many words each command takes. */
const words = {
  list: 0,
  'first-code': 0,
  add: 3,
  role: 2,
  scope: 1,
  disable: 1,
  enable: 1,
  reset: 1,
  revoke: 1,
  confirm: 2,
  screen: 1,
  keys: 0,
  'end-key': 1,
};

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ name: 'help' } | { name: keyof typeof words, dataDir: string, line: object }}
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parseOptions(args, options);
  const [name, ...subjects] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  if (name === undefined) throw new UsageError(`Name a command: ${Object.keys(words).join(', ')}.`);
  if (!Object.hasOwn(words, name)) {
    throw new UsageError(`There is no command "${name}"; the commands are ${Object.keys(words).join(', ')}.`);
  }
  const known = /** @type {keyof typeof words} */ (name);
  if (subjects.length !== words[known]) {
    throw new UsageError(
      `${known} takes ${words[known]} words, not ${subjects.length}; put a name of several words in quotes.`,
    );
  }
  return { name: known, dataDir: dataDirOf(values, environment), line: lineOf(known, subjects, values) };
}

/**
 * What is sent to the hub.
 * @param {keyof typeof words} name
 * @param {string[]} subjects
 * @param {ReturnType<typeof parseOptions<typeof options>>['values']} values
 */
function lineOf(name, [signInName, second, third], values) {
  const scope = {
    ...(values.districts === undefined ? {} : { districts: listOf(values.districts) }),
    ...(values.squads === undefined ? {} : { squads: listOf(values.squads) }),
  };
  switch (name) {
    case 'list':
      return { command: 'list' };
    case 'first-code':
      return { command: 'firstCode' };
    case 'add':
      return {
        command: 'add',
        signInName,
        name: second,
        role: third,
        scope: { districts: 'all', squads: 'all', ...scope },
      };
    case 'role':
      return { command: 'change', signInName, role: second };
    case 'scope':
      return { command: 'change', signInName, scope: { districts: 'all', squads: 'all', ...scope } };
    case 'disable':
    case 'enable':
      return { command: 'change', signInName, isDisabled: name === 'disable' };
    case 'reset':
      return { command: 'reset', signInName, withTimeCodes: values['with-codes'] === true };
    case 'revoke':
      return { command: 'revoke', signInName };
    case 'confirm':
      return { command: 'confirmScreen', code: signInName, name: second };
    case 'screen':
      return {
        command: 'ticket',
        surface: values.surface ?? 'wall',
        screenId: values.screen ?? 'main',
        name: signInName,
      };
    case 'keys':
      return { command: 'listKeys' };
    case 'end-key':
      return { command: 'endKey', keyId: signInName };
  }
}

/** @param {string} text */
function listOf(text) {
  if (text === 'all') return 'all';
  return text
    .split(/[,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
