import { z } from 'zod';
import { faultParams, registryFault } from '../cameras/registryFault.ts';
import {
  dateSchema,
  forbiddenRooms,
  inspectionResults,
  isConsentStanding,
  roomKinds,
  safetyGrades,
  type Publication,
  type RoomKind,
} from './publication.ts';
import { readPublicHours, writePublicHours } from './publicHours.ts';
import { maxHeadPercent, minHeadPercent, softenedBox } from './softening.ts';

const controlCharacter = /\p{Cc}|\p{Cs}/u;
const shortText = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine((value) => !controlCharacter.test(value), {
    error: 'must not hold line breaks or control characters',
    ...faultParams('notPrintable'),
  });

/** A text that `isRight` accepts; otherwise a problem of the registry that names the text. */
function written(code: 'notDate' | 'notHours', isRight: (text: string) => boolean, error: string) {
  return z.string().superRefine((text, context) => {
    if (isRight(text)) return;
    const value = text.slice(0, 40);
    context.addIssue({
      code: 'custom',
      params: { registryFault: registryFault(code, { value }) },
      message: `"${value}" is not ${error}`,
    });
  });
}

const date = written('notDate', (text) => dateSchema.safeParse(text).success, 'a date, such as 2026-03-01');

/**
 * What a table or a document says of a site about the public. What is left out stays as it is. Example:
 * `{ agreedOn: '2026-03-01', hours: '06:30-20:00', grade: 'A' }`.
 */
export const publicationImportSchema = z
  .object({
    /** The date on the document by which the site agreed. */
    agreedOn: date.optional(),
    /** Who recorded it; left out: who imports. */
    recordedBy: shortText.optional(),
    hours: written(
      'notHours',
      (text) => readPublicHours(text) !== undefined,
      'a time of the day and another, such as 06:30-20:00',
    ).optional(),
    certificate: shortText.optional(),
    grade: z.enum(safetyGrades).optional(),
    inspectedOn: date.optional(),
    inspection: z.enum(inspectionResults).optional(),
  })
  .superRefine(({ agreedOn, recordedBy }, context) => {
    if (recordedBy === undefined || agreedOn !== undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['agreedOn'],
      params: { registryFault: registryFault('required') },
      message: 'the date of the consent is missing, while who recorded it is given',
    });
  });
export type PublicationImport = z.output<typeof publicationImportSchema>;

/** As an import describes it; a consent that does not stand is left out. Undefined where nothing is recorded. */
export function publicationAsImport(publication: Publication): PublicationImport | undefined {
  const { consent, hours, facts } = publication;
  const described = {
    ...(consent !== undefined && isConsentStanding(publication)
      ? { agreedOn: consent.agreedOn, recordedBy: consent.recordedBy }
      : {}),
    ...(hours === undefined ? {} : { hours: writePublicHours(hours) }),
    ...facts,
  };
  return Object.keys(described).length === 0 ? undefined : described;
}

/**
 * What is recorded of a site after an import. A consent counts when its document is newer than the one that is recorded, and newer than
 * the day of a withdrawal: an older table brings nothing back.
 */
export function withImported(
  publication: Publication,
  { agreedOn, recordedBy, hours, ...facts }: PublicationImport,
  by: { actor: string; nowMs: number; dayOf(ms: number): string },
): Publication {
  const { consent, withdrawal } = publication;
  const isNewer =
    agreedOn !== undefined &&
    (consent === undefined || agreedOn > consent.agreedOn) &&
    (withdrawal === undefined || agreedOn > by.dayOf(withdrawal.atMs));
  const { withdrawal: _withdrawal, ...agreed } = publication;
  const parsed = hours === undefined ? undefined : readPublicHours(hours);
  return {
    ...(isNewer
      ? { ...agreed, consent: { agreedOn, recordedBy: recordedBy ?? by.actor, recordedAtMs: by.nowMs } }
      : publication),
    ...(parsed === undefined ? {} : { hours: parsed }),
    facts: { ...publication.facts, ...facts },
  };
}

/**
 * What a table or a document says of a camera about the public. What is left out stays as it is. Example:
 * `{ room: 'kitchen', headPercent: 7.5 }`, the width of a head in percent of the picture's.
 */
export const publicCameraImportSchema = z.object({
  room: z.enum(roomKinds).optional(),
  headPercent: z
    .union([z.number(), z.string()])
    .transform((given, context) => {
      if (typeof given === 'number' && given >= minHeadPercent && given <= maxHeadPercent) return given;
      const value = String(given).slice(0, 40);
      const parameters = { value, least: minHeadPercent, most: maxHeadPercent };
      context.addIssue({
        code: 'custom',
        params: { registryFault: registryFault('notHeadPercent', parameters) },
        message: `"${value}" is not a percentage of the picture's width from ${minHeadPercent} to ${maxHeadPercent}`,
      });
      return z.NEVER;
    })
    .optional(),
});
export type PublicCameraImport = z.output<typeof publicCameraImportSchema>;

/** What is recorded of a camera. */
interface RecordedCamera {
  room?: RoomKind;
  headPercent?: number;
}

/** As an import describes it; undefined where nothing is recorded. */
export function publicCameraAsImport({ room, headPercent }: RecordedCamera): PublicCameraImport | undefined {
  if (room === undefined && headPercent === undefined) return undefined;
  return { ...(room === undefined ? {} : { room }), ...(headPercent === undefined ? {} : { headPercent }) };
}

/** Whether what a table says hides the camera, or makes its pictures smaller than what is recorded. */
export function hidesMore(recorded: RecordedCamera, said: PublicCameraImport): boolean {
  const { room, headPercent } = said;
  if (room !== undefined && forbiddenRooms.includes(room)) return true;
  return (
    headPercent !== undefined && softenedBox(headPercent).width < softenedBox(recorded.headPercent).width
  );
}

/**
 * What is recorded of a camera after an import. A table never shows more than before, because an older one may be imported again: a
 * forbidden room and a larger head stay as they are recorded until somebody changes them at the desk, and `isKept` says so.
 */
export function withImportedCamera<Camera extends RecordedCamera>(
  recorded: Camera,
  { room, headPercent }: PublicCameraImport,
): { camera: Camera; isKept: boolean } {
  const keepsRoom =
    room !== undefined &&
    recorded.room !== undefined &&
    forbiddenRooms.includes(recorded.room) &&
    !forbiddenRooms.includes(room);
  const keepsHead =
    headPercent !== undefined && softenedBox(headPercent).width > softenedBox(recorded.headPercent).width;
  const camera = {
    ...recorded,
    ...(room === undefined || keepsRoom ? {} : { room }),
    ...(headPercent === undefined || keepsHead ? {} : { headPercent }),
  };
  return { camera, isKept: keepsRoom || keepsHead };
}
