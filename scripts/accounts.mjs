// `npm run accounts -- …`: accounts of the hub on this machine, over a socket that only its own user can open.
import { askHub } from './accounts/hubSocket.mjs';
import { parseCommand, usage } from './accounts/command.mjs';
import { runCommand } from './commandLine.mjs';

await runCommand({
  usage,
  parse: parseCommand,
  run: async ({ name, dataDir, line }) => print(name, await askHub(dataDir, line)),
});

/**
 * @param {string} name
 * @param {any} data
 */
function print(name, data) {
  if (name === 'list') {
    if (data.accounts.length === 0) process.stderr.write('There are no accounts. Make one with: add\n');
    for (const account of data.accounts) process.stdout.write(`${lineOf(account)}\n`);
  } else if (name === 'first-code') {
    if (data.code === undefined) process.stderr.write('There is an account already.\n');
    else process.stdout.write(`${data.code}\n`);
  } else if (name === 'add' || name === 'reset') {
    process.stdout.write(`${data.code}\n`);
    process.stderr.write(
      `The code works once, until ${new Date(data.expiresAtMs).toISOString()}: enter it on the sign-in page.\n`,
    );
  } else if (name === 'confirm') {
    process.stdout.write(`${data.screen.name} is paired.\n`);
  } else if (name === 'screen') {
    process.stdout.write(`${data.path}\n`);
    process.stderr.write(
      `The path works once, until ${new Date(data.expiresAtMs).toISOString()}. Open it after the hub's address, such as http://127.0.0.1:7400${data.path}\n`,
    );
  } else if (name === 'keys') {
    for (const { keyId, purpose, address, lastUsedAtMs } of data.keys) {
      process.stdout.write(
        `${[keyId, purpose, `last used ${new Date(lastUsedAtMs).toISOString()}`, address].join('  ')}\n`,
      );
    }
  } else if (name === 'end-key') {
    process.stdout.write('The hub refuses this key from now on.\n');
  } else if (name === 'revoke') {
    process.stdout.write(`${data.ended} sign-ins ended.\n`);
  } else {
    process.stdout.write(`${lineOf(data.account)}\n`);
  }
}

/** @param {any} account */
function lineOf({ signInName, name, role, scope, isDisabled, hasPassword, hasTimeCodes, lastUsedAtMs }) {
  const parts = [
    ['districts', scope.districts],
    ['squads', scope.squads],
  ].map(([what, ids]) => `${what}: ${ids === 'all' ? 'all' : ids.join(', ') || 'none'}`);
  const states = [
    ...(isDisabled ? ['disabled'] : []),
    ...(hasPassword ? [] : ['no password yet']),
    ...(hasTimeCodes ? ['codes'] : []),
    ...(lastUsedAtMs === undefined ? [] : [`last used ${new Date(lastUsedAtMs).toISOString()}`]),
  ];
  return [signInName, name, role, ...parts, ...states].join('  ');
}
