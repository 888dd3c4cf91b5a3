// `npm run tls -- status | rotate | next | finish`: the hub's own certificates for HTTPS.
import { askHub } from './accounts/hubSocket.mjs';
import { runCommand } from './commandLine.mjs';
import { parseCommand, usage } from './tls/command.mjs';

await runCommand({
  usage,
  parse: parseCommand,
  async run({ action, dataDir }) {
    const { authority, nextAuthority } = await askHub(dataDir, { command: 'tls', action });
    print('authority that phones trust', authority);
    print('authority that follows', nextAuthority);
    if (nextAuthority !== undefined) {
      process.stderr.write(
        'When every phone has installed the one that follows, run: npm run tls -- finish\n',
      );
    }
  },
});

/**
 * @param {string} title
 * @param {{ fingerprint: string, validUntil: string } | undefined} certificate
 */
function print(title, certificate) {
  if (certificate === undefined) return;
  process.stdout.write(
    `${title}  ${certificate.fingerprint}  until ${certificate.validUntil.slice(0, 10)}\n`,
  );
}
