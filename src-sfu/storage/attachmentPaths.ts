/** The folder of attachments in the data folder. */
export const attachmentsFolder = 'attachments';

const endings: Record<string, readonly string[]> = {
  'image/jpeg': ['.jpg', '.small.jpg'],
  'audio/webm': ['.webm'],
  'audio/mp4': ['.m4a'],
  'application/pdf': ['.pdf'],
};

/**
 * The paths of an attachment's files in the data folder: what is kept, by the SHA-256 of its bytes, then the thumbnail of a picture.
 * Empty for what is no hash or no type of an attachment. Example: `attachments/ab/ab12….jpg`.
 */
export function attachmentPaths(sha256: string, mediaType: string): string[] {
  if (!/^[0-9a-f]{64}$/.test(sha256)) return [];
  return (endings[mediaType] ?? []).map(
    (ending) => `${attachmentsFolder}/${sha256.slice(0, 2)}/${sha256}${ending}`,
  );
}
