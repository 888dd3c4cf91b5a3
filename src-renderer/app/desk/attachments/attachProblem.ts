import type { TFunction } from 'i18next';
import type { RefusalReason } from '../../../../src-shared/protocol/refusals.ts';
import { failureText } from '../../../features/field/attachments/failureText.ts';
import type { AttachmentFailure } from '../../../features/field/attachments/attachmentOutbox.ts';
import type { FieldAttachmentsState } from '../../../features/field/attachments/fieldAttachmentsStore.ts';

/** What a desk says in words of its own; the phone's speak of its camera key. */
const ownProblems = [
  'too_large',
  'not_read',
  'insecure',
  'not_a_picture',
  'heic',
  'too_many_pixels',
  'cut_off',
  'not_a_document',
  'hash_differs',
  'lost',
  'id_taken',
  'disk_full',
  'disk_read_only',
  'disk_failing',
  'too_many_unfinished',
  'too_much_today',
] as const;

/** Why a file of a desk was not taken, is not kept, or waits, and what to do. */
export function attachProblem(
  reason: NonNullable<FieldAttachmentsState['problem']> | AttachmentFailure | RefusalReason,
  t: TFunction,
): string {
  const word = reason.replace(/^attachments\./, '');
  const own = ownProblems.find((one) => one === word);
  return own === undefined
    ? failureText(reason as AttachmentFailure, t)
    : t(`attachments.attach.problem.${own}`);
}
