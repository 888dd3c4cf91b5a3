import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnvifDevice, OnvifStream } from '../../../src-shared/onvif/onvif.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { DeskOnvif } from './deskOnvif.ts';

/** More are behind a summary: recorders have many cameras at one address. */
const maxOpened = 2;

/** Cameras of the registry at the device's address, each of which may become this lens and keeps its id and its alerts. */
export function OnvifCamerasHere({
  device,
  stream,
  actions,
  isBusy,
  titleOf,
}: {
  device: OnvifDevice;
  stream: OnvifStream;
  actions: DeskOnvif;
  isBusy: boolean;
  titleOf(cameraId: string): string;
}) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<string | undefined>(undefined);
  const { camerasHere = [], deviceId } = device;
  if (camerasHere.length === 0) return null;
  return (
    <details
      className="onvif-here"
      open={camerasHere.length <= maxOpened || undefined}
      data-onvif-here={camerasHere.length}
    >
      <summary className="desk-dim">{t('onvif.camerasHere', { count: camerasHere.length })}</summary>
      {camerasHere.map((cameraId) => (
        <div key={cameraId} className="desk-row">
          <span>{titleOf(cameraId)}</span>
          <May asks="onvif:takeOver">
            <Button
              size="compact-xs"
              variant={asked === cameraId ? 'filled' : 'default'}
              aria-disabled={isBusy}
              onClick={() => {
                if (isBusy) return;
                setAsked(asked === cameraId ? undefined : cameraId);
                if (asked === cameraId)
                  void actions.takeOver({ deviceId, sourceToken: stream.sourceToken, cameraId });
              }}
            >
              {t(asked === cameraId ? 'onvif.takeOverNow' : 'onvif.takeOver')}
            </Button>
          </May>
          {asked === cameraId && (
            <Button size="compact-xs" onClick={() => setAsked(undefined)}>
              {t('dialog.cancel')}
            </Button>
          )}
        </div>
      ))}
    </details>
  );
}
