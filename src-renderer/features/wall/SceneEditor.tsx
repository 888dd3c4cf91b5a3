import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { arrangeLayout, type Layout } from '../../../src-shared/wall/layouts.ts';
import type { Scene } from '../../../src-shared/wall/wallLibrary.ts';
import { LayoutChooser } from './LayoutChooser.tsx';
import { May } from '../../ui/May.tsx';

export interface SceneEditorProps {
  scene: Scene;
  enabled: boolean;
  titleOf(cameraId: string): string;
  pickCamera(onPicked: (cameraId: string) => void): void;
  onSave(scene: Scene): void;
  onCancel(): void;
}

/** A named fixed page: a layout, and a camera on each tile that shall have one. */
export function SceneEditor({ scene, enabled, titleOf, pickCamera, onSave, onCancel }: SceneEditorProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(scene);
  const arranged = arrangeLayout(draft.layout);
  const sound = draft.name.trim() !== '' && arranged.ok;
  const put = (tileId: string, cameraId: string | undefined): void =>
    setDraft((present) => {
      const { [tileId]: _replaced, ...others } = present.cameras;
      return { ...present, cameras: cameraId === undefined ? others : { ...others, [tileId]: cameraId } };
    });
  return (
    <form
      className="library-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (sound) onSave({ ...draft, name: draft.name.trim() });
      }}
    >
      <TextInput
        label={t('library.name')}
        value={draft.name}
        maxLength={80}
        required
        data-autofocus
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <fieldset className="library-field">
        <legend>{t('library.layout')}</legend>
        <LayoutChooser layout={draft.layout} onChange={(layout) => setDraft(movedTo(draft, layout))} />
      </fieldset>
      {arranged.ok && (
        <fieldset className="library-field">
          <legend>{t('library.sceneCameras')}</legend>
          <div
            className="scene-page"
            style={{
              gridTemplateColumns: `repeat(${arranged.layout.columns}, minmax(0, 1fr))`,
              gridTemplateRows: `repeat(${arranged.layout.rows}, minmax(0, 1fr))`,
            }}
          >
            {arranged.layout.tiles.map((tile, index) => {
              const cameraId = draft.cameras[tile.tileId];
              return (
                <div
                  key={tile.tileId}
                  className="scene-tile"
                  style={{
                    gridColumn: `${tile.column + 1} / span ${tile.columnSpan}`,
                    gridRow: `${tile.row + 1} / span ${tile.rowSpan}`,
                  }}
                >
                  <button type="button" onClick={() => pickCamera((picked) => put(tile.tileId, picked))}>
                    <span className="desk-dim">{index + 1}</span>{' '}
                    {cameraId === undefined ? t('library.pickCamera') : titleOf(cameraId)}
                  </button>
                  {cameraId !== undefined && (
                    <button
                      type="button"
                      className="scene-clear"
                      aria-label={t('library.clearTile', { tile: index + 1 })}
                      onClick={() => put(tile.tileId, undefined)}
                    >
                      ×
                    </button>
                  )}
                </div>
              );
            })}
          </div>
        </fieldset>
      )}
      <div className="dialog-buttons">
        <Button onClick={onCancel}>{t('dialog.cancel')}</Button>
        <May asks="wall:saveScene">
          <Button type="submit" variant="filled" disabled={!enabled || !sound}>
            {t('library.save')}
          </Button>
        </May>
      </div>
    </form>
  );
}

/** The same cameras in reading order on another layout. */
function movedTo(scene: Scene, layout: Layout): Scene {
  const before = arrangeLayout(scene.layout);
  const after = arrangeLayout(layout);
  if (!before.ok || !after.ok) return { ...scene, layout };
  const shown = before.layout.tiles.flatMap(({ tileId }) => scene.cameras[tileId] ?? []);
  const cameras = Object.fromEntries(
    after.layout.tiles.flatMap(({ tileId }, index) => {
      const cameraId = shown[index];
      return cameraId === undefined ? [] : [[tileId, cameraId]];
    }),
  );
  return { ...scene, layout, cameras };
}
