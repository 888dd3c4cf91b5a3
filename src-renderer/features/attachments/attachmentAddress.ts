/** The address of a part of an attachment. */
export function attachmentAddress(attachmentId: string, part: 'file' | 'thumbnail'): string {
  return `/api/v1/attachments/${attachmentId}/${part === 'file' ? 'file' : 'thumbnail.jpg'}`;
}
