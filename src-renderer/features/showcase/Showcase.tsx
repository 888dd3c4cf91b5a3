import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { sceneAt, type Scene } from '../../../src-shared/showcase/programme.ts';
import { minuteOfDay } from '../../../src-shared/time/minuteOfDay.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { Curtain } from './Curtain.tsx';
import { Explore } from './Explore.tsx';
import { createVisitClock, type VisitClock } from './idle.ts';
import { firstOfTurn } from './kitchenTurns.ts';
import type { Motion } from './motion.ts';
import type { ShowcasePictures } from './pictures.ts';
import type { ExplorePage, ShowcaseStore } from './showcaseStore.ts';
import { StoryScene } from './StoryScene.tsx';
import { minuteText } from './words.ts';
import './showcase.css';
import './scenes.css';
import './explore.css';

export interface ShowcaseProps {
  store: ShowcaseStore;
  /** The server's clock, and what writes its times. */
  nowMs: number;
  times: TimeFormat;
  /** Since when the server is away; undefined while it is there. */
  lostSinceMs: number | undefined;
  motion: Motion;
  pictures: ShowcasePictures;
  /** A clock that only runs forward. */
  runningMs: () => number;
  onLanguage: () => void;
  /** A visit is over: the language of the hall comes back. */
  onVisitOver: () => void;
}

/** The whole screen for visitors: the curtain, the story, or what somebody explores. */
export function Showcase(props: ShowcaseProps) {
  const { store, nowMs, times, lostSinceMs, motion, pictures, runningMs, onVisitOver } = props;
  const view = useStore(store, (state) => state.view);
  const isCurtainDrawn = useStore(store, (state) => state.isCurtainDrawn);
  const takenAtMs = useStore(store, (state) => state.takenAtMs);
  const kitchens = useStore(store, (state) => state.kitchens);
  const page = useStore(store, (state) => state.page);
  const visit = useRef<VisitClock>(undefined);
  const programme = view?.programme;
  const isKept = useStore(store, (state) => state.isKept);
  const isOld = takenAtMs !== undefined && (isKept || lostSinceMs !== undefined);
  const dated = isOld ? minuteText(times.timeOfDay(takenAtMs)) : undefined;

  const turn = (next: ExplorePage | undefined): void => {
    if (page === undefined) visit.current = createVisitClock(runningMs());
    store.setState({ page: next });
    if (next === undefined) onVisitOver();
  };
  useEffect(() => {
    if (page === undefined || visit.current?.isOver(runningMs()) !== true) return;
    store.setState({ page: undefined });
    onVisitOver();
  });

  const hasCase = !isOld && view?.releasedCase !== undefined;
  const moment =
    programme === undefined
      ? undefined
      : sceneAt(programme, Math.floor(nowMs), { atMinute: minuteOfDay(nowMs), hasCase });
  // What is released belongs to this moment: without the server nobody could take it back.
  const shown = useMemo(() => {
    if (view === undefined || hasCase) return view;
    const { releasedCase: _unknown, ...others } = view;
    return others;
  }, [view, hasCase]);
  const hasSound = programme?.hasSound === true && hasCase && !isCurtainDrawn;
  useVoice(view?.releasedCase?.voice, hasSound, pictures);

  const theme = programme?.theme ?? 'dark';
  if (isCurtainDrawn || shown === undefined || moment === undefined) {
    return (
      <main className="showcase" data-theme={theme} data-motion={motion}>
        <Curtain dated={dated} />
      </main>
    );
  }
  return (
    <main className="showcase" data-theme={theme} data-motion={motion}>
      <TopLine {...props} dated={dated} />
      {page === undefined ? (
        <Story scene={moment.scene} scenes={programme?.scenes ?? []} onTouch={() => turn('home')}>
          <StoryScene
            key={moment.scene.sceneId}
            scene={moment.scene}
            view={shown}
            kitchens={kitchens}
            times={times}
            round={moment.round}
            hasSound={hasSound}
            pictures={pictures}
          />
        </Story>
      ) : (
        <Explore
          page={page}
          view={shown}
          kitchens={kitchens}
          pictures={pictures}
          times={times}
          firstKitchen={firstOfTurn(moment.round, kitchens.length)}
          onTurn={turn}
          onPress={(control) => visit.current?.pressed(control, runningMs())}
        />
      )}
    </main>
  );
}

function TopLine({ nowMs, times, dated, onLanguage }: ShowcaseProps & { dated: string | undefined }) {
  const { t } = useTranslation();
  return (
    <header className="showcase-top">
      <span>{t('showcase.brand')}</span>
      {dated === undefined ? (
        <time>{times.clock(nowMs).slice(0, 5)}</time>
      ) : (
        <span className="showcase-dated">{t('showcase.since', { time: dated })}</span>
      )}
      <button type="button" className="showcase-language" onClick={onLanguage}>
        {t('showcase.language')}
      </button>
    </header>
  );
}

function Story({
  scene,
  scenes,
  onTouch,
  children,
}: {
  scene: Scene;
  scenes: readonly Scene[];
  onTouch: () => void;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <>
      {children}
      <footer className="showcase-foot">
        <ol aria-hidden>
          {scenes
            .filter(({ isShown, kind }) => isShown && (kind !== 'call' || scene.kind === 'call'))
            .map(({ sceneId, lengthSeconds }) => (
              <li key={sceneId} data-now={sceneId === scene.sceneId || undefined}>
                <i style={{ animationDuration: `${lengthSeconds}s` }} />
              </li>
            ))}
        </ol>
        <button type="button" className="showcase-touch" onClick={onTouch}>
          {t('showcase.touch_tap')}
        </button>
      </footer>
    </>
  );
}

/** Plays the voice of a released case while the hall wants sound. */
function useVoice(
  voice: { streamId: string; workerId: string } | undefined,
  isWanted: boolean,
  pictures: ShowcasePictures,
): void {
  const [streamId, workerId] = [voice?.streamId, voice?.workerId];
  useEffect(() => {
    if (!isWanted || streamId === undefined || workerId === undefined) return undefined;
    return pictures.playVoice({ streamId, workerId });
  }, [isWanted, streamId, workerId, pictures]);
}

/** A stage on which scenes are drawn at any size, for the preview at the desk. */
export function PreviewStage({
  theme,
  isPortrait,
  children,
}: {
  theme: 'dark' | 'light';
  isPortrait: boolean;
  children: React.ReactNode;
}) {
  const [motion] = useState<Motion>('calm');
  return (
    <div className="showcase-preview" data-portrait={isPortrait || undefined}>
      <div className="showcase" data-theme={theme} data-motion={motion}>
        {children}
      </div>
    </div>
  );
}
