import {
  timelinePictureKey,
  type TimelineEvent,
  type TimelinePicture,
} from '../../../src-shared/timeline/timeline.protocol.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import { wordsOf, type WordLanguage } from '../../base/words.ts';
import type { Timeline } from './timeline.service.ts';
import { timelineHtml, type DocumentPicture } from './timelineDocument.ts';

/** A document has so many pictures at most, with so many bytes together. */
const maxPictures = 60;
const maxPictureBytes = 24 * 1024 * 1024;

/** Makes the document of a timeline: the pictures within the bounds, the earliest first. */
export function createTimelineExport(options: {
  readPicture(picture: TimelinePicture): Promise<Uint8Array | undefined>;
  dates: Pick<MessageDates, 'shown'>;
  wallMs(): number;
  timeZone: string;
}) {
  async function picturesOf(events: readonly TimelineEvent[]): Promise<{
    pictures: DocumentPicture[];
    picturesLeftOut: number;
  }> {
    const pictures: DocumentPicture[] = [];
    let bytes = 0;
    let wanted = 0;
    const seen = new Set<string>();
    for (const event of events) {
      const { picture } = event;
      if (picture === undefined || seen.has(timelinePictureKey(picture))) continue;
      seen.add(timelinePictureKey(picture));
      wanted += 1;
      if (pictures.length >= maxPictures || bytes >= maxPictureBytes) continue;
      const jpeg = await options.readPicture(picture);
      if (jpeg === undefined || bytes + jpeg.byteLength > maxPictureBytes) continue;
      bytes += jpeg.byteLength;
      pictures.push({ event, jpeg });
    }
    return { pictures, picturesLeftOut: wanted - pictures.length };
  }

  return {
    async html(timeline: Timeline, language: WordLanguage, by: string): Promise<string> {
      const shown = options.dates.shown(timeline);
      return timelineHtml({
        timeline: shown,
        ...(await picturesOf(shown.events)),
        language,
        words: wordsOf(language),
        madeAtMs: options.wallMs(),
        by,
        timeZone: options.timeZone,
      });
    },
  };
}
