import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OnvifDevice, OnvifStream } from '../../../src-shared/onvif/onvif.protocol.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import type { DeskOnvif } from './deskOnvif.ts';
import { OnvifCamerasHere } from './OnvifCamerasHere.tsx';
import { maxPlacedName, streamKey, type OnvifDraft } from './onvifDrafts.ts';
import { SiteSelect, type OnvifSites } from './SiteSelect.tsx';

export interface OnvifStreamCellsProps {
  device: OnvifDevice;
  stream: OnvifStream;
  actions: DeskOnvif;
  sites: OnvifSites;
  drafts: ReadonlyMap<string, OnvifDraft>;
  names: ReadonlyMap<string, string>;
  pictures: ReadonlyMap<string, string | null>;
  isBusy: boolean;
  /** Site and camera, such as `实验小学 · 后厨一号`. */
  titleOf(cameraId: string): string;
  onOpen(cameraId: string): void;
}

/** A lens: its picture, what it can do, and which camera of which site it is or becomes. */
export function OnvifStreamCells(props: OnvifStreamCellsProps) {
  const { device, stream, actions, sites, drafts, names, pictures, isBusy, titleOf, onOpen } = props;
  const { t } = useTranslation();
  const key = streamKey(device, stream);
  const picture = pictures.get(key);
  const { cameraId, main, sub } = stream;
  const lens = stream.name || device.name;
  const sizes = [main, sub].flatMap((profile) =>
    profile?.width === undefined || profile.height === undefined
      ? []
      : [`${profile.width} × ${profile.height}${profile.codec === undefined ? '' : ` ${profile.codec}`}`],
  );
  const abilities = (
    [
      ['canTurn', stream.canTurn],
      ['canHear', stream.canHear],
      ['hasEvents', stream.hasEvents],
    ] as const
  ).flatMap(([ability, has]) => (has ? [t(`onvif.ability.${ability}`)] : []));
  return (
    <>
      <td>
        <div className="onvif-picture">
          {typeof picture === 'string' ? (
            <img src={picture} alt={t('onvif.pictureOf', { name: lens })} />
          ) : (
            <span className="desk-dim">
              {picture === null || device.state !== 'ready' ? t('onvif.noPicture') : t('onvif.reading')}
            </span>
          )}
        </div>
      </td>
      <td>
        {device.streams.length > 1 && <div>{lens}</div>}
        {sizes.map((size) => (
          <div key={size} className="desk-dim">
            {size}
          </div>
        ))}
        <div>{abilities.length === 0 ? <span className="desk-dim">—</span> : abilities.join(' · ')}</div>
      </td>
      <td>
        {cameraId !== undefined ? (
          <>
            <div data-onvif-camera={cameraId}>{titleOf(cameraId)}</div>
            <div className="desk-row">
              <Button size="compact-xs" onClick={() => onOpen(cameraId)}>
                {t('onvif.open')}
              </Button>
              {stream.canRelease === true && (
                <RemoveKey
                  asks="recorders:release"
                  size="compact-xs"
                  confirm={t('onvif.releaseNow')}
                  title={t('onvif.releaseNow')}
                  isBusy={isBusy}
                  onRemove={() => void actions.release(cameraId)}
                >
                  {t('onvif.release')}
                </RemoveKey>
              )}
            </div>
          </>
        ) : (
          device.state === 'ready' && (
            <div className="onvif-place">
              <SiteSelect
                sites={sites}
                siteId={drafts.get(key)?.siteId}
                label={t('onvif.siteOf', { name: lens })}
                onChoose={(siteId) => actions.draft([key], { siteId })}
              />
              <TextInput
                aria-label={t('onvif.nameOf', { name: lens })}
                value={names.get(key) ?? ''}
                maxLength={maxPlacedName}
                onChange={(event) => actions.draft([key], { name: event.currentTarget.value })}
              />
              <OnvifCamerasHere {...{ device, stream, actions, isBusy, titleOf }} />
            </div>
          )
        )}
      </td>
    </>
  );
}
