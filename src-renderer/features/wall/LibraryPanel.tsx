import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Programme, Scene, WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import { newCommandId } from './commandId.ts';
import type { DeskWallStore } from './deskWallStore.ts';
import { ProgrammeEditor } from './ProgrammeEditor.tsx';
import { SavedList } from './SavedList.tsx';
import { SceneEditor } from './SceneEditor.tsx';
import { ScheduleEditor } from './ScheduleEditor.tsx';
import { plainTourSettings } from './tourDefaults.ts';
import type { WallActions } from './wallActions.ts';
import './library.css';
import { May } from '../../ui/May.tsx';

export interface LibraryPanelProps {
  store: DeskWallStore;
  actions: WallActions;
  enabled: boolean;
  /** Every camera that could tour, for the count of those a filter leaves. */
  cameras: readonly CameraView[];
  titleOf(cameraId: string): string;
  /** Lets the operator pick a camera, and returns it. */
  pickCamera(onPicked: (cameraId: string) => void): void;
  /** A scene to begin with, made from what a screen shows. */
  draft: Scene | undefined;
  onDraftDone(): void;
}

type Part = 'programmes' | 'scenes' | 'schedule';
/** What is being edited, with everything saved as it was when that began. */
type Editing =
  | { type: 'programme'; base: WallLibrary; programme: Programme }
  | { type: 'scene'; base: WallLibrary; scene: Scene };

/** Tour presets, scene presets and the schedule: everything that is saved for the wall. */
export function LibraryPanel(props: LibraryPanelProps) {
  const { store, actions, enabled, cameras, titleOf, pickCamera, draft, onDraftDone } = props;
  const { t } = useTranslation();
  const library = useStore(store, (state) => state.library);
  const screens = useStore(store, (state) => state.screens) ?? [];
  const [part, setPart] = useState<Part>(draft === undefined ? 'programmes' : 'scenes');
  const [editing, setEditing] = useState<Editing | undefined>(() =>
    draft === undefined || library === undefined ? undefined : { type: 'scene', base: library, scene: draft },
  );
  if (library === undefined) {
    return (
      <div className="desk-page">
        <h1>{t('library.title')}</h1>
        <p>{t('library.unavailable')}</p>
      </div>
    );
  }
  const done = (saved: boolean): void => {
    if (!saved) return;
    setEditing(undefined);
    onDraftDone();
  };
  const cancel = (): void => done(true);
  const screenIds = screens.map(({ screenId }) => screenId);
  return (
    <div className="desk-page library">
      <h1>{t('library.title')}</h1>
      <div className="desk-row library-head">
        <SegmentedControl
          value={part}
          onChange={(value) => {
            setPart(value as Part);
            setEditing(undefined);
          }}
          data={(['programmes', 'scenes', 'schedule'] as const).map((value) => ({
            value,
            label: t(`library.${value}`),
          }))}
        />
        {part !== 'schedule' && editing === undefined && (
          <May asks={part === 'programmes' ? 'wall:saveProgramme' : 'wall:saveScene'}>
            <Button
              disabled={!enabled}
              onClick={() =>
                setEditing(
                  part === 'programmes'
                    ? {
                        type: 'programme',
                        base: library,
                        programme: {
                          id: newCommandId(),
                          name: '',
                          layout: '16',
                          settings: plainTourSettings,
                        },
                      }
                    : {
                        type: 'scene',
                        base: library,
                        scene: { id: newCommandId(), name: '', layout: '9', cameras: {} },
                      },
                )
              }
            >
              {part === 'programmes' ? t('library.newProgramme') : t('library.newScene')}
            </Button>
          </May>
        )}
      </div>
      {part === 'programmes' && editing === undefined && (
        <SavedList
          empty={t('library.noProgrammes')}
          items={library.programmes}
          enabled={enabled}
          screenIds={screenIds}
          factsOf={(programme) => programmeFacts(programme, t)}
          onShow={(programme, screenId) => {
            const screen = screens.find((one) => one.screenId === screenId);
            if (screen !== undefined) void actions.showSaved(screen, 'programme', programme);
          }}
          onEdit={(programme) => setEditing({ type: 'programme', base: library, programme })}
          onRemove={(programme) => void actions.removeSaved(library, 'programme', programme)}
        />
      )}
      {part === 'scenes' && editing === undefined && (
        <SavedList
          empty={t('library.noScenes')}
          items={library.scenes}
          enabled={enabled}
          screenIds={screenIds}
          factsOf={(scene) => t('library.sceneFacts', { count: Object.keys(scene.cameras).length })}
          onShow={(scene, screenId) => {
            const screen = screens.find((one) => one.screenId === screenId);
            if (screen !== undefined) void actions.showSaved(screen, 'scene', scene);
          }}
          onEdit={(scene) => setEditing({ type: 'scene', base: library, scene })}
          onRemove={(scene) => void actions.removeSaved(library, 'scene', scene)}
        />
      )}
      {editing?.type === 'programme' && (
        <ProgrammeEditor
          key={editing.programme.id}
          programme={editing.programme}
          cameras={cameras}
          enabled={enabled}
          onSave={async (programme) => done(await actions.saveProgramme(editing.base, programme))}
          onCancel={cancel}
        />
      )}
      {editing?.type === 'scene' && (
        <SceneEditor
          key={editing.scene.id}
          scene={editing.scene}
          enabled={enabled}
          titleOf={titleOf}
          pickCamera={pickCamera}
          onSave={async (scene) => done(await actions.saveScene(editing.base, scene))}
          onCancel={cancel}
        />
      )}
      {part === 'schedule' && (
        <ScheduleEditor
          library={library}
          screenIds={screenIds}
          enabled={enabled}
          onSave={(base, schedule) => actions.saveSchedule(base, schedule)}
        />
      )}
    </div>
  );
}

function programmeFacts({ layout, settings }: Programme, t: TFunction): string {
  const tiles = typeof layout === 'string' ? layout : String(layout.tiles.length);
  const facts = [
    t('library.layoutFact', { layout: tiles }),
    t('library.dwellFact', { seconds: settings.dwellMs / 1_000 }),
    t(`library.${settings.mode}`),
  ];
  for (const siteType of settings.filter.siteTypes ?? []) facts.push(t(`siteType.${siteType}`));
  for (const district of settings.filter.districts ?? []) facts.push(t(`district.${district}`));
  const boosts = settings.boosts.siteTypes.length + settings.boosts.districts.length;
  if (boosts > 0) facts.push(t('library.boostsFact', { count: boosts }));
  return facts.join(' · ');
}
