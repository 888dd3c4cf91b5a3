import { Button, Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OnvifDevice } from '../../../src-shared/onvif/onvif.protocol.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';
import { CertificateText } from './CertificateText.tsx';
import { clockDifference, streamKey } from './onvifDrafts.ts';
import { OnvifStreamCells, type OnvifStreamCellsProps } from './OnvifStreamCells.tsx';

export interface OnvifDeviceRowProps extends Omit<OnvifStreamCellsProps, 'device' | 'stream'> {
  device: OnvifDevice;
  isChosen: boolean;
}

/** A device: who it is, how it stands with what to do, and a row for each of its lenses. */
export function OnvifDeviceRow({ device, isChosen, ...cells }: OnvifDeviceRowProps) {
  const { t } = useTranslation();
  const { actions, isBusy } = cells;
  const { deviceId, name, address, state, streams } = device;
  const isPlaced = streams.length > 0 && streams.every(({ cameraId }) => cameraId !== undefined);
  const isUsed = streams.some(({ cameraId }) => cameraId !== undefined);
  const standing = state === 'ready' && isPlaced ? 'placed' : state;
  const isTrouble = !['ready', 'unasked', 'found', 'needs_password'].includes(state);
  const clock = clockDifference(device.clockOffsetMs);
  const rows = streams.length === 0 ? [undefined] : streams;
  const made = [device.make, device.model].filter((word) => word !== undefined && word !== '').join(' ');
  return rows.map((stream, index) => (
    <tr
      key={stream === undefined ? deviceId : streamKey(device, stream)}
      className={index === 0 ? 'onvif-device' : 'onvif-lens'}
      data-onvif={deviceId}
      data-onvif-state={standing}
    >
      {index === 0 && (
        <>
          <td rowSpan={rows.length}>
            <Checkbox
              aria-label={t('onvif.choose', { name: name || address })}
              checked={isChosen}
              onChange={(event) => actions.choose([deviceId], event.currentTarget.checked)}
            />
          </td>
          <th scope="row" rowSpan={rows.length}>
            {name || address}
            <div className="desk-dim">{[made, address].filter((word) => word !== '').join(' · ')}</div>
            <CertificateText device={device} />
            <div className={isTrouble ? 'onvif-trouble' : undefined}>{t(`onvif.state.${standing}`)}</div>
            {standing !== 'placed' && (
              <div className="desk-dim" data-onvif-announced={device.announcedAt}>
                {device.announcedAt === undefined
                  ? t(`onvif.todo.${state}`)
                  : t('onvif.moved', { address: device.announcedAt })}
              </div>
            )}
            {device.isUnheard === true && (
              <div className="onvif-trouble" data-onvif-unheard>
                {t('onvif.unheard')}
              </div>
            )}
            {clock !== undefined && (
              <div className="onvif-trouble" data-onvif-clock>
                {t(`onvif.clock.${clock.unit}.${clock.direction}`, { count: clock.count })}
              </div>
            )}
            {isUsed && streams.some(({ hasEvents }) => hasEvents) && (
              <May asks="onvif:setMotionAlerts">
                <Checkbox
                  size="xs"
                  label={t('onvif.alertsOnMotion')}
                  checked={device.alertsOnMotion === true}
                  aria-disabled={isBusy}
                  onChange={(event) => {
                    if (!isBusy) void actions.setMotionAlerts(deviceId, event.currentTarget.checked);
                  }}
                />
              </May>
            )}
            <div className="desk-row onvif-device-actions">
              {!isUsed && (
                <RemoveKey
                  asks="onvif:forget"
                  size="compact-xs"
                  confirm={t('onvif.forgetNow')}
                  isBusy={isBusy}
                  onRemove={() => void actions.forgetDevice(deviceId)}
                >
                  {t('onvif.forget')}
                </RemoveKey>
              )}
              {state === 'ready' && (
                <May asks="onvif:readPicture">
                  <Button size="compact-xs" onClick={() => actions.readPictures([deviceId])}>
                    {t('onvif.newPicture')}
                  </Button>
                </May>
              )}
            </div>
          </th>
        </>
      )}
      {stream === undefined ? (
        <td colSpan={3} />
      ) : (
        <OnvifStreamCells {...cells} device={device} stream={stream} />
      )}
    </tr>
  ));
}
