import { useStore } from 'zustand';
import { citizenKindId } from '../../../../src-shared/alerts/alertKinds.ts';
import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import type { AlertDetail } from '../../../features/alerts/alertDetail.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { AlertDetailPanel } from '../../../features/alerts/AlertDetailPanel.tsx';
import { RecordedPictures } from '../../../features/alerts/RecordedPictures.tsx';
import { LargeCamera, largeTargetId } from '../../../features/cameras/LargeCamera.tsx';
import { viewOfCamera, type DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import type { TileState } from '../../../ui/tile/tileState.ts';
import type { Pictures } from '../../../ui/tile/CameraTile.tsx';
import type { PictureStates } from '../DeskPictures.ts';
import type { DeskOrderLiveParts } from '../orders/DeskOrderLive.tsx';
import { AlertOrder, type OrdersFeatureParts } from '../orders/ordersFeature.tsx';
import type { DeskSites } from '../sites/DeskSites.ts';
import { AlertSiteSide } from '../sites/sitesFeature.tsx';
import { AlertFinding, AlertSiteMark } from '../findings/AlertFinding.tsx';
import type { DeskFindings } from '../findings/DeskFindings.ts';
import type { HeldKitchenTalk } from '../kitchenTalk/kitchenHold.ts';
import type { DeskSentences } from '../../../features/kitchenTalk/deskSentences.ts';
import type { DeskCitizens } from '../../../features/citizens/citizensStore.ts';
import { AlertSentenceKey, LargeKitchenKey } from '../kitchenTalk/kitchenTalkFeature.tsx';
import { CitizenAlertSide } from '../citizens/citizensFeature.tsx';
import type { DeskStore } from '../DeskState.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';

export interface DeskAlertProps extends Omit<DeskOrderLiveParts, 'desk' | 'squads'> {
  squads: OrdersFeatureParts['squads'];
  deskSites: DeskSites;
  findings: DeskFindings;
  citizens: DeskCitizens;
  kitchenTalk: HeldKitchenTalk;
  sentences: DeskSentences;
  desk: DeskStore;
  session: SessionStore;
  alerts: AlertsStore;
  alertDetail: AlertDetail;
  alertActions: AlertActions;
  directory: DirectoryStore;
  receiver: Pictures;
  pictures: PictureStates;
  /** As the browser's, and asks for the password again where the hub wants it. */
  fetch: typeof window.fetch;
}

const connecting: TileState = { kind: 'connecting' };

/** The chosen alert in place of the view, with the live picture of a camera of its site. */
export function DeskAlert({
  desk,
  session,
  alerts,
  alertDetail,
  alertActions,
  directory,
  receiver,
  pictures,
  orders,
  squads,
  deskSites,
  findings,
  citizens,
  kitchenTalk,
  sentences,
  fetch,
  ...rest
}: DeskAlertProps) {
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const cameraId = useStore(desk, (state) => state.largeCameraId);
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  const state = useStore(pictures, (pictured) => pictured.states.get(largeTargetId)) ?? connecting;
  const alertId = useStore(alerts, (state) => state.chosenId);
  const kindId = useStore(alertDetail.store, ({ read }) =>
    read?.alert.alertId === alertId ? read?.alert.kindId : undefined,
  );
  const camera = cameraId === undefined ? undefined : viewOfCamera({ sites, cameras }, cameraId);
  return (
    <AlertDetailPanel
      store={alerts}
      detail={alertDetail}
      actions={alertActions}
      times={times}
      nowMs={nowMs}
      enabled={enabled}
      recording={alertId !== undefined && <RecordedPictures alertId={alertId} fetch={fetch} />}
      order={
        alertId !== undefined && (
          <AlertOrder
            {...rest}
            orders={orders}
            squads={squads}
            session={session}
            desk={desk}
            alertId={alertId}
          />
        )
      }
      site={
        alertId !== undefined &&
        kindId !== undefined &&
        (kindId === citizenKindId ? (
          // A site is shown nothing of what citizens reported about it.
          <CitizenAlertSide {...{ citizens, session, alertId, onPicture: alertDetail.showPicture }} />
        ) : (
          <AlertSiteSide deskSites={deskSites} session={session} alertId={alertId} />
        ))
      }
      finding={
        <>
          <AlertFinding alerts={alerts} findings={findings} desk={desk} enabled={enabled} />
          <LargeKitchenKey kitchenTalk={kitchenTalk} directory={directory} isBrief />
          {kindId !== undefined && <AlertSentenceKey {...{ kitchenTalk, sentences, kindId }} />}
        </>
      }
      mark={<AlertSiteMark alerts={alerts} findings={findings} desk={desk} />}
      live={
        camera === undefined ? undefined : (
          <LargeCamera
            camera={camera}
            state={state}
            pictures={receiver}
            times={times}
            onClose={alertActions.leave}
          />
        )
      }
    />
  );
}
