import { z } from 'zod';
import { publicHoursSchema } from './publicHours.ts';

/**
 * What a site has agreed to show the public, and what officers hold back. A consent is a document with a date. Withdrawn, it counts
 * again only with a newer document, so that an import of an older table never brings it back.
 */

/** What a camera looks at. Order 799 (2025) forbids cameras in the last two; whatever they show is never public. */
export const roomKinds = [
  'kitchen',
  'preparation',
  'storage',
  'washing',
  'dining',
  'changing_room',
  'dormitory',
] as const;
export type RoomKind = (typeof roomKinds)[number];

/** Rooms that are never shown to the public, whatever anybody agreed to. */
export const forbiddenRooms: readonly RoomKind[] = ['changing_room', 'dormitory'];

/** Words in a camera's name that say such a room, for cameras of which nobody recorded the room. */
const forbiddenNames =
  /更衣|换衣|试衣|宿舍|寝室|卧室|浴室|淋浴|澡堂|厕所|卫生间|洗手间|盥洗室|哺乳|changing|dressing\s*room|locker|dormitor|bedroom|bathroom|shower|toilet|restroom|lavatory|washroom|\bwc\b/iu;

/** Whether a camera looks into a room that is never public: as it was recorded, or as one of its names says. */
export function isForbiddenRoom(camera: { room?: RoomKind; name: string; nameEn?: string }): boolean {
  if (camera.room !== undefined && forbiddenRooms.includes(camera.room)) return true;
  return [camera.name, camera.nameEn ?? ''].some((name) => forbiddenNames.test(name.normalize('NFKC')));
}

/** A date of the calendar, `2026-03-01`. */
export const dateSchema = z.iso.date();
const shortText = z.string().trim().min(1).max(60);

/** The document by which a site agreed, and who recorded it. */
export const publicConsentSchema = z.object({
  /** The date on the document. */
  agreedOn: dateSchema,
  /** The officer who recorded it, or who the table says did. */
  recordedBy: shortText,
  recordedAtMs: z.number(),
});

/** Food safety grades as a site's certificate shows them (A is the best). */
export const safetyGrades = ['A', 'B', 'C'] as const;
export const inspectionResults = ['passed', 'corrected', 'failed'] as const;
export type InspectionResult = (typeof inspectionResults)[number];

/** What the operator publishes of a site; each part is left out where it publishes none. */
export const publishedFactsSchema = z.object({
  /** The number of the food business licence. */
  certificate: shortText.optional(),
  grade: z.enum(safetyGrades).optional(),
  inspectedOn: dateSchema.optional(),
  inspection: z.enum(inspectionResults).optional(),
});
export type PublishedFacts = z.output<typeof publishedFactsSchema>;

/** Everything that is kept of one site about the public. */
export const publicationSchema = z.object({
  consent: publicConsentSchema.optional(),
  /** When the consent was withdrawn, and who recorded that. Recording a new consent removes it. */
  withdrawal: z.object({ recordedBy: shortText, atMs: z.number() }).optional(),
  /** Left out: all day. */
  hours: publicHoursSchema.optional(),
  facts: publishedFactsSchema,
});
export type Publication = z.output<typeof publicationSchema>;

/** Whether the site's consent stands: it was recorded, and not withdrawn since. */
export function isConsentStanding({
  consent,
  withdrawal,
}: Pick<Publication, 'consent' | 'withdrawal'>): boolean {
  return consent !== undefined && withdrawal === undefined;
}

/** A curtain that an officer drew: nothing of what it covers is public. */
export const curtainSchema = z.object({ drawnBy: shortText, atMs: z.number() });
export type Curtain = z.output<typeof curtainSchema>;
