import { z } from 'zod';
import { faultParams, registryFault } from '../cameras/registryFault.ts';
import {
  dateSchema,
  inspectionResults,
  isConsentStanding,
  safetyGrades,
  type Publication,
} from './publication.ts';
import { readPublicHours, writePublicHours } from './publicHours.ts';

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
