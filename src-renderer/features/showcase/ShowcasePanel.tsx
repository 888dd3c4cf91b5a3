import { Button, Checkbox, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { maxScenes, type Scene } from '../../../src-shared/showcase/programme.ts';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { replacedWords } from '../../ui/replacedWords.ts';
import { curtainKey, type DeskShowcase } from './deskShowcase.ts';
import { noPictures } from './pictures.ts';
import { ReleaseForm, type ReleaseFormProps } from './ReleaseForm.tsx';
import { SceneForm } from './SceneForm.tsx';
import { PreviewStage } from './Showcase.tsx';
import { StoryScene } from './StoryScene.tsx';
import './deskShowcase.css';

/** Choices for how long visitors learn of an alert after it was raised, in minutes. */
const delays = [1, 5, 10, 30, 60] as const;

export interface ShowcasePanelProps extends Pick<ReleaseFormProps, 'orders' | 'memberName'> {
  showcase: DeskShowcase;
  times: TimeFormat;
  enabled: boolean;
  /** Shown below the story. */
  children?: React.ReactNode;
}

/** The showcase at the desk: the curtain, a running case, and the story with its preview. */
export function ShowcasePanel({
  showcase,
  times,
  enabled,
  orders,
  memberName,
  children,
}: ShowcasePanelProps) {
  const { t } = useTranslation();
  const { desk, draft, chosenSceneId } = useStore(showcase.store);
  const [isPortrait, setIsPortrait] = useState(false);
  if (desk === undefined) return <div className="desk-page" />;
  const { curtain } = desk;
  const { programme } = draft ?? desk.saved;
  const chosen = programme.scenes.find(({ sceneId }) => sceneId === chosenSceneId) ?? programme.scenes[0];
  return (
    <div className="desk-page showcase-desk">
      <div className="showcase-desk-column">
        <section className="showcase-desk-curtain" data-drawn={curtain.isDrawn || undefined}>
          <h1>{t('desk.view.showcase')}</h1>
          <p role="status">
            {t(curtain.isDrawn ? 'showcase.desk.drawn' : 'showcase.desk.shown')}{' '}
            {curtain.isDrawn &&
              curtain.by !== undefined &&
              t('showcase.desk.drawnBy', { by: curtain.by, time: times.timeOfDay(curtain.sinceMs) })}
          </p>
          <p className="desk-dim">
            {t('showcase.desk.screens', { count: desk.screens })} ·{' '}
            {t('showcase.desk.key', { key: curtainKey })}
          </p>
          {desk.replaced !== undefined && (
            <p className="desk-not-normal" data-replaced={desk.replaced.cause}>
              {replacedWords(desk.replaced, times, t)}
            </p>
          )}
          <May asks="showcase:setCurtain">
            <Button
              size="md"
              disabled={!enabled}
              data-showcase="curtain"
              onClick={() => showcase.toggleCurtain()}
            >
              {t(curtain.isDrawn ? 'showcase.desk.open' : 'showcase.desk.draw')}
            </Button>
          </May>
        </section>
        <ReleaseForm
          orders={orders}
          release={desk.release}
          memberName={memberName}
          times={times}
          enabled={enabled}
          onRelease={(orderId, parts) => void showcase.release(orderId, parts)}
          onTakeBack={() => void showcase.takeBack()}
        />
        <May asks="showcase:saveProgramme" note>
          <section className="showcase-form">
            <div className="desk-row">
              <span>{t('showcase.desk.theme')}</span>
              <SegmentedControl
                value={programme.theme}
                data={[
                  { value: 'dark', label: t('showcase.desk.dark') },
                  { value: 'light', label: t('showcase.desk.light') },
                ]}
                onChange={(theme) => showcase.change({ theme: theme === 'light' ? 'light' : 'dark' })}
              />
              <Select
                label={t('showcase.desk.delay')}
                allowDeselect={false}
                value={String(programme.alertDelaySeconds)}
                data={[
                  ...new Set([...delays.map((minutes) => minutes * 60), programme.alertDelaySeconds]),
                ].map((seconds) => ({
                  value: String(seconds),
                  label: t('showcase.desk.delayMinutes', { count: Math.round(seconds / 60) }),
                }))}
                onChange={(seconds) => showcase.change({ alertDelaySeconds: Number(seconds) })}
              />
            </div>
            <Checkbox
              size="xs"
              label={t('showcase.desk.sound')}
              checked={programme.hasSound}
              onChange={({ currentTarget }) => showcase.change({ hasSound: currentTarget.checked })}
            />
            <h2>{t('showcase.desk.scenes')}</h2>
            <SceneList showcase={showcase} scenes={programme.scenes} chosenId={chosen?.sceneId} />
            <div className="desk-row">
              <Button disabled={programme.scenes.length >= maxScenes} onClick={() => showcase.addScene()}>
                {t('showcase.desk.add')}
              </Button>
              <Button
                disabled={!enabled || draft === undefined}
                data-showcase="save"
                onClick={() => void showcase.save()}
              >
                {t('showcase.desk.save')}
              </Button>
              <Button disabled={draft === undefined} onClick={() => showcase.undo()}>
                {t('showcase.desk.undo')}
              </Button>
              {draft !== undefined && <span className="desk-not-normal">{t('showcase.desk.changed')}</span>}
            </div>
          </section>
        </May>
        {children}
      </div>
      {chosen !== undefined && (
        <div className="showcase-desk-column">
          <section>
            <div className="desk-row">
              <h2>{t('showcase.desk.preview')}</h2>
              <SegmentedControl
                value={isPortrait ? 'portrait' : 'landscape'}
                data={[
                  { value: 'landscape', label: t('showcase.desk.landscape') },
                  { value: 'portrait', label: t('showcase.desk.portrait') },
                ]}
                onChange={(way) => setIsPortrait(way === 'portrait')}
              />
            </div>
            <PreviewStage theme={programme.theme} isPortrait={isPortrait}>
              <StoryScene
                scene={chosen}
                view={{ city: desk.city }}
                kitchens={[]}
                // Which kitchens are public, a desk is not sent.
                hasKitchens
                times={times}
                round={0}
                hasSound={programme.hasSound}
                pictures={noPictures}
              />
            </PreviewStage>
          </section>
          <May asks="showcase:saveProgramme">
            <SceneForm
              key={chosen.sceneId}
              scene={chosen}
              onChange={(values) => showcase.changeScene(chosen.sceneId, values)}
            />
          </May>
        </div>
      )}
    </div>
  );
}

function SceneList({
  showcase,
  scenes,
  chosenId,
}: {
  showcase: DeskShowcase;
  scenes: readonly Scene[];
  chosenId: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <ol className="showcase-scenes">
      {scenes.map(({ sceneId, kind, isShown, lengthSeconds, words }, index) => (
        <li key={sceneId} data-chosen={sceneId === chosenId || undefined}>
          <Checkbox
            size="xs"
            aria-label={t('showcase.desk.shownScene')}
            checked={isShown}
            onChange={({ currentTarget }) =>
              showcase.changeScene(sceneId, { isShown: currentTarget.checked })
            }
          />
          <button
            type="button"
            aria-pressed={sceneId === chosenId}
            onClick={() => showcase.store.setState({ chosenSceneId: sceneId })}
          >
            {t(`showcase.kind.${kind}`)}
            {words['zh-CN'].title === undefined || words['zh-CN'].title === ''
              ? ''
              : ` · ${words['zh-CN'].title}`}
          </button>
          <span className="desk-dim">{lengthSeconds} s</span>
          <Button
            size="compact-xs"
            aria-label={t('showcase.desk.up')}
            disabled={index === 0}
            onClick={() => showcase.moveScene(sceneId, -1)}
          >
            ↑
          </Button>
          <Button
            size="compact-xs"
            aria-label={t('showcase.desk.down')}
            disabled={index === scenes.length - 1}
            onClick={() => showcase.moveScene(sceneId, 1)}
          >
            ↓
          </Button>
          <Button
            size="compact-xs"
            disabled={kind !== 'words' || scenes.length === 1}
            onClick={() => showcase.removeScene(sceneId)}
          >
            {t('showcase.desk.remove')}
          </Button>
        </li>
      ))}
    </ol>
  );
}
