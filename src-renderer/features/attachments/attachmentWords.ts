import type { TFunction } from 'i18next';
import { isTakenElsewhere, type Attachment } from '../../../src-shared/attachments/attachments.protocol.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { TimeFormat } from '../../ui/times.ts';

/** An attachment that was sent so much later has waited for the network, and the desk shows that. Milliseconds. */
const lateMs = 60_000;

/** The full description of an attachment, one sentence a line, and who made it. */
export function attachmentFacts(
  one: Attachment,
  times: Pick<TimeFormat, 'timeOfDay'>,
  t: TFunction,
): { by: string; lines: string[] } {
  const by =
    one.by.kind === 'hub' ? t('attachments.fromCamera', { name: one.by.name }) : seatWords(one.by.name, t);
  const { place, embedded, deviceClock } = one;
  const isOfPhone = one.by.kind === 'phone' || one.by.kind === 'site';
  // A desk has files, of which nobody says when they were made.
  const made = one.by.kind === 'person' ? 'attachments.attachedBy' : 'attachments.takenBy';
  const lines = [
    t(made, { at: times.timeOfDay(one.takenAtMs), by }),
    one.receivedAtMs - one.takenAtMs > lateMs
      ? t('attachments.receivedAt', { at: times.timeOfDay(one.receivedAtMs) })
      : undefined,
    deviceClock === undefined || !isOfPhone
      ? undefined
      : t('attachments.deviceClock', { at: deviceClock.replace('T', ' ').slice(0, 19) }),
    place === undefined
      ? isOfPhone
        ? t('attachments.noPlace')
        : undefined
      : t('attachments.place', { place: pointText(place), accuracy: Math.round(place.accuracyM ?? 0) }),
    embedded?.takenAt === undefined
      ? undefined
      : t('attachments.fileClock', { at: embedded.takenAt.replace('T', ' ') }),
    isTakenElsewhere(one)
      ? t('attachments.elsewhere', { distance: distanceText(embedded?.awayM ?? 0, t) })
      : undefined,
    one.width === undefined || one.height === undefined
      ? undefined
      : t('attachments.size', {
          width: one.width,
          height: one.height,
          megabytes: (one.bytes / 1024 / 1024).toFixed(1),
        }),
    t('attachments.hash', { hash: one.sha256.slice(0, 16) }),
    one.words,
  ];
  return { by, lines: lines.filter((line) => line !== undefined) };
}

function pointText({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** `850 m`, `12 km`. */
export function distanceText(metres: number, t: TFunction): string {
  return metres < 1_000
    ? t('attachments.metres', { count: Math.round(metres) })
    : t('attachments.kilometres', { count: Math.round(metres / 1_000) });
}
