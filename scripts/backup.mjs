// `npm run backup -- TARGET`: copies the data of a hub, also while it runs.
import { makeBackup } from '../src-sfu/storage/backup/makeBackup.ts';
import { backupUsage, orCommandError, parseBackup } from './backup/command.mjs';
import { runCommand } from './commandLine.mjs';
import { hubSettings } from './hubSettings.mjs';

await runCommand({
  usage: backupUsage,
  parse: parseBackup,
  async run({ target, data, json }) {
    const { manifest, missingPictures } = await orCommandError(
      makeBackup(hubSettings(data).dataDir, target, Date.now()),
    );
    if (json) {
      const { files, ...about } = manifest;
      process.stdout.write(`${JSON.stringify({ ...about, files: files.length, missingPictures })}\n`);
      return;
    }
    const mebibytes = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 / 1024;
    process.stdout.write(
      `The backup is complete: ${manifest.files.length} files, ${mebibytes.toFixed(1)} MiB, audit log up to line ${manifest.auditHead.id}.\n`,
    );
    if (missingPictures > 0) {
      process.stderr.write(
        `${missingPictures} pictures of alerts are not in the data folder and so not in the backup.\n`,
      );
    }
    process.stderr.write(
      manifest.sealingKey === null
        ? 'There is no hub.key in the data folder.\n'
        : `The backup does not contain hub.key (${manifest.sealingKey}), without which the passwords of cameras cannot be read, nor the folder tls. Keep a copy of them at another place.\n`,
    );
  },
});
