import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Layout } from '../../../src-shared/wall/layouts.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { DeskWallStore } from './deskWallStore.ts';
import { LayoutDialog } from './LayoutDialog.tsx';
import { SavedChooser } from './SavedChooser.tsx';
import { SpotlightSection } from './SpotlightSection.tsx';
import { inReadingOrder } from './tileChoice.ts';
import { layoutOfScreen, plainTourSettings, settingsOfTour } from './tourDefaults.ts';
import type { WallActions } from './wallActions.ts';
import { May } from '../../ui/May.tsx';

export interface WallControlsProps {
  store: DeskWallStore;
  screen: WallSnapshot;
  actions: WallActions;
  /** The hub is there and takes commands. */
  enabled: boolean;
  titleOf(camera: NonNullable<WallSnapshot['tiles'][number]['camera']>): string;
  onOpen(cameraId: string): void;
  onFind(): void;
  onSpotlight(cameraId: string, title: string): void;
  onSaveScene(): void;
}

/** The controls of the selected screen and of its selected tile. */
export function WallControls(props: WallControlsProps) {
  const { store, screen, actions, enabled, titleOf, onOpen, onFind, onSpotlight, onSaveScene } = props;
  const { t } = useTranslation();
  const tileId = useStore(store, (state) => state.tileId);
  const library = useStore(store, (state) => state.library);
  const [layoutBase, setLayoutBase] = useState<WallSnapshot>();
  const tiles = inReadingOrder(screen.tiles);
  const index = tiles.findIndex((tile) => tile.tileId === tileId);
  const tile = tiles[index];
  const { tour, screenId } = screen;
  // The hub does not send tiles that a map, the board or a case covers: they must not be laid out again or saved as if they were empty.
  const isCovered = screen.content !== 'tiles';

  const changeLayout = async (layout: Layout): Promise<void> => {
    if (layoutBase === undefined) return;
    const done =
      layoutBase.tour === undefined
        ? await actions.relayPage(layoutBase, layout)
        : await actions.startTour(layoutBase, layout, settingsOfTour(layoutBase, library));
    if (done) setLayoutBase(undefined);
  };

  return (
    <>
      <section className="desk-section">
        <h2>{t('controls.tour')}</h2>
        {tour === undefined ? (
          <>
            <p className="desk-dim">
              {isCovered
                ? t(`screen.${screen.content === 'tiles' ? 'map' : screen.content}Covers`)
                : t('controls.noTour')}
            </p>
            <May asks="wall:startTour">
              <Button
                disabled={!enabled}
                onClick={() => void actions.startTour(screen, layoutOfScreen(screen), plainTourSettings)}
              >
                {t('controls.startTour')}
              </Button>
            </May>
          </>
        ) : (
          <div className="desk-row">
            <May asks="wall:steerTour">
              <Button disabled={!enabled} onClick={() => void actions.steer(screenId, 'back')}>
                {t('controls.back')}
              </Button>
            </May>
            <May asks="wall:steerTour">
              <Button
                disabled={!enabled}
                variant={tour.state === 'paused' ? 'filled' : 'default'}
                onClick={() => void actions.steer(screenId, tour.state === 'running' ? 'pause' : 'resume')}
              >
                {tour.state === 'running' ? t('controls.pause') : t('controls.resume')}
              </Button>
            </May>
            <May asks="wall:steerTour">
              <Button disabled={!enabled} onClick={() => void actions.steer(screenId, 'step')}>
                {t('controls.step')}
              </Button>
            </May>
          </div>
        )}
      </section>
      <section className="desk-section">
        <h2>{t('controls.show')}</h2>
        <SavedChooser
          library={library}
          chosenId={screen.chosen?.id}
          enabled={enabled}
          onShow={(type, saved) => void actions.showSaved(screen, type, saved)}
        />
        <div className="desk-row">
          <May asks="wall:showPage">
            <Button disabled={!enabled || isCovered} onClick={() => setLayoutBase(screen)}>
              {t('controls.layout')}
            </Button>
          </May>
          <May asks="wall:saveScene">
            <Button disabled={!enabled || isCovered || library === undefined} onClick={onSaveScene}>
              {t('controls.saveScene')}
            </Button>
          </May>
        </div>
      </section>
      <SpotlightSection
        screen={screen}
        enabled={enabled}
        titleOf={titleOf}
        onEnd={(eventId) => void actions.endSpotlight(screenId, eventId)}
      />
      <section className="desk-section">
        <h2>{t('controls.tile')}</h2>
        {tile === undefined && <p className="desk-dim">{t('controls.noTile')}</p>}
        {tile !== undefined && (
          <>
            <p>
              <span className="controls-number">{index + 1}</span>{' '}
              {tile.camera === undefined ? t('tile.noCamera') : titleOf(tile.camera)}
            </p>
            {!tile.live && tile.camera !== undefined && (
              <p className="desk-not-normal">{t('screen.still')}</p>
            )}
            <div className="desk-row">
              {tile.camera !== undefined && (
                <TileButtons
                  enabled={enabled}
                  pinned={tile.pinned === true}
                  touring={tour !== undefined}
                  onOpen={() => onOpen(tile.camera?.cameraId ?? '')}
                  onPin={() => {
                    const { camera } = tile;
                    if (camera === undefined) return;
                    void (tile.pinned === true
                      ? actions.unpinTile(screen, tile.tileId)
                      : actions.pinTile(screen, tile.tileId, {
                          cameraId: camera.cameraId,
                          title: titleOf(camera),
                        }));
                  }}
                  onSpotlight={() => {
                    if (tile.camera !== undefined) onSpotlight(tile.camera.cameraId, titleOf(tile.camera));
                  }}
                />
              )}
              <May asks="wall:placeCamera">
                <Button disabled={!enabled} onClick={onFind}>
                  {t('controls.putCamera')}
                </Button>
              </May>
            </div>
          </>
        )}
      </section>
      <LayoutDialog
        opened={layoutBase !== undefined}
        layout={layoutBase === undefined ? '16' : layoutOfScreen(layoutBase)}
        apply={t('controls.applyLayout')}
        note={layoutBase?.tour === undefined ? t('controls.layoutPage') : t('controls.layoutTour')}
        onApply={(layout) => void changeLayout(layout)}
        onClose={() => setLayoutBase(undefined)}
      />
    </>
  );
}

function TileButtons({
  enabled,
  pinned,
  touring,
  onOpen,
  onPin,
  onSpotlight,
}: {
  enabled: boolean;
  pinned: boolean;
  touring: boolean;
  onOpen(): void;
  onPin(): void;
  onSpotlight(): void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <Button onClick={onOpen}>{t('controls.large')}</Button>
      {touring && (
        <May asks="wall:pinTile">
          <Button disabled={!enabled} variant={pinned ? 'filled' : 'default'} onClick={onPin}>
            {pinned ? t('controls.unpin') : t('controls.pin')}
          </Button>
        </May>
      )}
      <May asks="wall:spotlightCamera">
        <Button disabled={!enabled} onClick={onSpotlight}>
          {t('controls.spotlight')}
        </Button>
      </May>
    </>
  );
}
