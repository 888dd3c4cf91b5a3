// `npm run restore -- SOURCE`: puts a backup in the place of a hub's database.
import { auditHeadsPath } from '../src-sfu/storage/auditReading.ts';
import { restoreBackup } from '../src-sfu/storage/backup/restoreBackup.ts';
import { orCommandError, parseRestore, restoreUsage } from './backup/command.mjs';
import { runCommand } from './commandLine.mjs';
import { hubSettings } from './hubSettings.mjs';

/** What the operator must know about the key that seals passwords. */
const keySentences = {
  same: '',
  unknown: '',
  missing:
    'hub.key is missing in the data folder: passwords of cameras, secrets of keys and authenticators in the backup cannot be read. Put the hub.key of the backup there before the hub starts, because a hub without one makes a new one.',
  other:
    'hub.key in the data folder is not the one of the backup: passwords of cameras and the like cannot be read. Put the hub.key of the backup there, or enter the passwords again.',
};

await runCommand({
  usage: restoreUsage,
  parse: parseRestore,
  async run({ source, data, credentials, isDryRun, json }) {
    const config = hubSettings(data);
    const { dataDir } = config;
    const result = await orCommandError(
      restoreBackup({
        dataDir,
        source,
        headsPath: auditHeadsPath(config),
        credentials,
        isDryRun,
        nowMs: Date.now(),
      }),
    );
    const { manifest, keptIn, access, sealingKey } = result;
    if (json) {
      const { madeAtMs, auditHead, files } = manifest;
      const about = { madeAtMs, auditHead, files: files.length };
      const { credentials: from } = result;
      process.stdout.write(
        `${JSON.stringify({ ...about, isDryRun, keptIn, credentials: from, access, sealingKey })}\n`,
      );
      return;
    }
    const made = new Date(manifest.madeAtMs).toISOString();
    process.stdout.write(
      isDryRun
        ? `The backup of ${made} is whole and can be restored.\n`
        : `The backup of ${made} is restored into ${dataDir}.\n`,
    );
    if (keptIn !== undefined) process.stdout.write(`The replaced data are kept in ${keptIn}.\n`);
    process.stdout.write(`${credentialSentence(result)}\n`);
    if (access !== undefined) {
      const { accounts, screens, keys, phones, recorders, sites } = access;
      process.stdout.write(
        `Access: ${accounts} accounts, ${screens} screens, ${keys} keys, ${phones} phones, ${recorders} body-worn cameras, ${sites} phones of sites.\n`,
      );
    }
    if (keySentences[sealingKey] !== '')
      process.stderr.write(`${keySentences[sealingKey]} (Its fingerprint: ${manifest.sealingKey}.)\n`);
  },
});

/** @param {import('../src-sfu/storage/backup/restoreBackup.ts').RestoreResult} result */
function credentialSentence({ credentials }) {
  switch (credentials) {
    case 'present':
      return 'Access stays as it is now.';
    case 'ended':
      return 'Nobody has access: give each person a new code with "npm run accounts -- reset NAME". Upper platforms and webhooks are gone, and a curtain is drawn over each site of the public page: open it where the consent still stands.';
    case 'backup':
      return 'Everybody who had access at the time of the backup has it again, also if it was revoked since. Check the lists of accounts, screens, keys, phones, body-worn cameras, upper platforms, webhooks and public sites.';
  }
}
