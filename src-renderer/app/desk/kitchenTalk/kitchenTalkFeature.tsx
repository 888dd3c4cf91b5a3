import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { cameraTitle } from '../../../features/cameras/cameraWords.ts';
import { viewOfCamera, type DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import type { DeskSentences } from '../../../features/kitchenTalk/deskSentences.ts';
import { SentenceKey } from '../../../features/kitchenTalk/SentenceKey.tsx';
import { KitchenTalkKey } from '../../../features/kitchenTalk/KitchenTalkKey.tsx';
import type { DeskFeature } from '../deskFeature.ts';
import { isChoice, isField } from '../deskFocus.ts';
import type { DeskStore } from '../DeskState.ts';
import type { HeldKitchenTalk } from './kitchenHold.ts';

export interface KitchenTalkParts {
  desk: DeskStore;
  directory: DirectoryStore;
  kitchenTalk: HeldKitchenTalk;
  sentences: DeskSentences;
}

/** Speaking into the kitchen of the large picture, by the key K or by the key beside the picture. */
export function createKitchenTalkFeature({
  desk,
  directory,
  kitchenTalk,
  sentences,
}: KitchenTalkParts): DeskFeature<'kitchenTalk:changed' | 'kitchenTalk:sentencesChanged'> {
  const watch = (): void => {
    const cameraId = desk.getState().largeCameraId ?? '';
    const camera = directory.getState().cameras.get(cameraId);
    kitchenTalk.watch(camera === undefined ? undefined : { cameraId, siteId: camera.siteId });
  };
  desk.subscribe((state, before) => {
    if (state.largeCameraId !== before.largeCameraId) watch();
  });
  directory.subscribe((state, before) => {
    if (state.cameras !== before.cameras) watch();
  });
  return {
    keys: {
      underway({ key, event }) {
        const { target, repeat, shiftKey } = event;
        if (key !== 'k' || shiftKey || isField(target) || isChoice(target)) return false;
        if (kitchenTalk.store.getState().target === undefined || isWindowOpen()) return false;
        if (!repeat) kitchenTalk.hold.keyDown(event);
        return true;
      },
      help: (t) => [{ title: t('kitchenTalk.title'), keys: [{ keys: ['K'], text: t('kitchenTalk.hold') }] }],
    },
    takeSnapshot({ snapshot }) {
      watch();
      kitchenTalk.readAgain(snapshot.kitchenTalk?.speaking ?? []);
      void sentences.read();
    },
    takeNotice: {
      'kitchenTalk:changed'(notice) {
        kitchenTalk.changed(notice);
        sentences.talkChanged(notice);
      },
      'kitchenTalk:sentencesChanged': sentences.takeList,
    },
    connectionLost() {
      kitchenTalk.connectionLost();
      sentences.connectionLost();
    },
  };
}

function isWindowOpen(): boolean {
  return document.querySelector('[role="dialog"], dialog[open]') !== null;
}

/** The key beside a large picture: names the camera and its site, such as `厨房 7 · 红灯笼`. */
export function LargeKitchenKey({
  kitchenTalk,
  directory,
  isBrief = false,
}: Pick<KitchenTalkParts, 'kitchenTalk' | 'directory'> & { isBrief?: boolean }) {
  const { t, i18n } = useTranslation();
  const cameraId = useStore(kitchenTalk.store, ({ target }) => target?.cameraId);
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  const view = cameraId === undefined ? undefined : viewOfCamera({ sites, cameras }, cameraId);
  if (view === undefined) return null;
  const { camera, site } = cameraTitle(view, i18n.language);
  return (
    <KitchenTalkKey
      actions={kitchenTalk}
      hold={kitchenTalk.hold}
      target={t('kitchenTalk.target', { camera, site })}
      isBrief={isBrief}
    />
  );
}

/** The key beside it in an alert: has the stored sentence for the alert's kind said into the kitchen of the large picture. */
export function AlertSentenceKey({
  kitchenTalk,
  sentences,
  kindId,
}: Pick<KitchenTalkParts, 'kitchenTalk' | 'sentences'> & { kindId: string }) {
  const cameraId = useStore(kitchenTalk.store, ({ target }) => target?.cameraId);
  if (cameraId === undefined) return null;
  return <SentenceKey actions={sentences} cameraId={cameraId} kindId={kindId} />;
}
