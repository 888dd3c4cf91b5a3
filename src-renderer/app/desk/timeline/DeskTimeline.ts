import { timelinePictureKey } from '../../../../src-shared/timeline/timeline.protocol.ts';
import { attachmentAddress } from '../../../features/attachments/attachmentAddress.ts';
import { createTimelineActions, type TimelineActions } from '../../../features/timeline/timelineActions.ts';
import type { LoadPicture } from '../../../features/timeline/TimelinePicture.tsx';
import { createTimelineStore, type TimelineStore } from '../../../features/timeline/timelineStore.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { DeskStore } from '../DeskState.ts';

/** The timeline at the desk. */
export interface DeskTimeline {
  store: TimelineStore;
  actions: TimelineActions;
  loadPicture: LoadPicture;
}

/** Pictures that stay loaded while somebody scrubs. */
const maxPictures = 24;

export function createDeskTimeline(parts: {
  link: Pick<HubLink, 'request'>;
  fetch: typeof fetch;
  desk: DeskStore;
  alerts: AlertsStore;
  saveFile(blob: Blob, fileName: string): void;
}): DeskTimeline {
  const { link, desk } = parts;
  const store = createTimelineStore();
  const actions = createTimelineActions({
    store,
    read: (input) => link.request('timeline:read', input),
    fetch: parts.fetch,
    saveFile: parts.saveFile,
  });
  const closeOpen = (): void => {
    if (store.getState().subject !== undefined) actions.close();
  };
  // A timeline lies over the view, and goes when another view, a picture or an alert is asked for.
  desk.subscribe((now, before) => {
    if (now.view !== before.view || now.largeCameraId !== before.largeCameraId) closeOpen();
  });
  parts.alerts.subscribe((now, before) => {
    if (now.chosenId !== before.chosenId) closeOpen();
  });
  const pictures = new Map<string, Promise<string | undefined>>();
  const read: LoadPicture = async (picture) => {
    if ('attachmentId' in picture) {
      const answer = await parts
        .fetch(attachmentAddress(picture.attachmentId, 'file'))
        .catch(() => undefined);
      return answer?.ok === true ? URL.createObjectURL(await answer.blob()) : undefined;
    }
    const answer = await link.request('alerts:getSnapshot', picture);
    if (!answer.ok || answer.data.jpeg === undefined) return undefined;
    return URL.createObjectURL(new Blob([new Uint8Array(answer.data.jpeg)], { type: 'image/jpeg' }));
  };
  return {
    store,
    actions,
    loadPicture(picture) {
      const key = timelinePictureKey(picture);
      const known = pictures.get(key);
      if (known !== undefined) return known;
      const loading = read(picture);
      pictures.set(key, loading);
      // One that could not be loaded is asked for again the next time.
      void loading.then((url) => {
        if (url === undefined) pictures.delete(key);
      });
      const [oldest] = pictures.keys();
      if (pictures.size > maxPictures && oldest !== undefined) {
        void pictures.get(oldest)?.then((url) => {
          if (url !== undefined) URL.revokeObjectURL(url);
        });
        pictures.delete(oldest);
      }
      return loading;
    },
  };
}
