import type { TFunction } from 'i18next';
import type { AttachmentFailure } from './attachmentOutbox.ts';

/** Why the hub will never keep something that was to be sent. */
export function failureText(failure: AttachmentFailure, t: TFunction): string {
  if (failure.startsWith('attachments.')) {
    return t(`refusals.${failure}` as 'refusals.attachments.too_large', { megabytes: 20, limit: 200 });
  }
  return t(`field.attachments.failure.${failure as 'heic'}`);
}
