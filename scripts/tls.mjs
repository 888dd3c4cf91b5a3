// `npm run tls -- status | rotate | next | finish`: the hub's own certificates for HTTPS.
import { askHub } from './accounts/hubSocket.mjs';
import { runCommand } from './commandLine.mjs';
import { parseCommand, usage } from './tls/command.mjs';

await runCommand({
  usage,
  parse: parseCommand,
  async run({ action, dataDir }) {
    const answer = await askHub(dataDir, { command: 'tls', action });
    const { authority, nextAuthority, forbiddenNames, connectionCode } = answer;
    print('authority that phones trust', authority);
    print('authority that follows', nextAuthority);
    if (connectionCode !== undefined)
      process.stdout.write(`connection code for a wall's machine  ${connectionCode}\n`);
    for (const note of notes(authority, nextAuthority, forbiddenNames)) process.stderr.write(`${note}\n`);
  },
});

/** @typedef {{ fingerprint: string, validUntil: string, isConstrained: boolean }} Authority */

/**
 * @param {string} title
 * @param {Authority | undefined} authority
 */
function print(title, authority) {
  if (authority === undefined) return;
  const { fingerprint, validUntil, isConstrained } = authority;
  const limits = isConstrained ? 'local networks and own names only' : 'every name';
  process.stdout.write(`${title}  ${fingerprint}  until ${validUntil.slice(0, 10)}  ${limits}\n`);
}

/**
 * What is to be done, in words.
 * @param {Authority | undefined} authority
 * @param {Authority | undefined} nextAuthority
 * @param {string[]} forbiddenNames
 */
function notes(authority, nextAuthority, forbiddenNames) {
  const next = 'npm run tls -- next';
  return [
    ...(authority?.isConstrained === false && nextAuthority === undefined
      ? [
          `This authority was made before its names were limited: it may sign for every name. Replace it: ${next}`,
        ]
      : []),
    ...(forbiddenNames.length > 0
      ? [
          `The certificate does not hold ${forbiddenNames.join(', ')}: the authority may not sign for them. ${nextAuthority === undefined ? `Replace it: ${next}` : 'The one that follows may.'}`,
        ]
      : []),
    ...(nextAuthority === undefined
      ? []
      : ['When every phone has installed the one that follows, run: npm run tls -- finish']),
  ];
}
