import '../shared/schemas.ts';
import { createAlertActions } from '../../features/alerts/alertActions.ts';
import { createAlertAdmin } from '../../features/alerts/alertAdmin.ts';
import { followAlertDetail } from '../../features/alerts/alertDetail.ts';
import { createAlertHistory } from '../../features/alerts/alertHistory.ts';
import { createAlertsStore, kindsById, resetAlerts, takeAlerts } from '../../features/alerts/alertsStore.ts';
import { createDirectorySearch } from '../../features/cameras/directorySearch.ts';
import { createDirectoryStore, takeDirectory, takeHealth } from '../../features/cameras/directoryStore.ts';
import { createRegistryActions } from '../../features/cameras/registryActions.ts';
import { createSearchTimings } from '../../features/cameras/searchTimings.ts';
import { saveBlob } from '../../features/cameras/snapshot.ts';
import { newCommandId } from '../../features/wall/commandId.ts';
import { createDeskWallStore } from '../../features/wall/deskWallStore.ts';
import { createWallActions } from '../../features/wall/wallActions.ts';
import { createPosters } from '../../media/posters.ts';
import { Receiver } from '../../media/receiver.ts';
import { takeAccessKey } from '../../server/accessKey.ts';
import { keepOfficer, readOfficer } from '../../server/officer.ts';
import type { Notice } from '../../server/hubLink.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { soundAlerts } from './DeskAlertSound.ts';
import { createDeskActions } from './DeskActions.ts';
import { listenToDeskKeys } from './DeskKeys.ts';
import { nameTab, switchLanguage } from './DeskLanguage.ts';
import { followPictures } from './DeskPictures.ts';
import { createDeskProbe } from './DeskProbe.ts';
import type { SquadOutcome } from '../../features/squads/squadsActions.ts';
import { createDeskSquads } from './DeskSquads.ts';
import { createDeskStore } from './DeskState.ts';
import { DeskSurface } from './DeskSurface.tsx';
import { createDeskTalk } from './DeskTalk.ts';
import { feedMap } from './MapFeed.ts';
import { startSurface } from '../shared/startSurface.tsx';

void startSurface('desk', ({ session, clock, link }) => {
  const nowMs = (): number => clock.nowMs();
  const alerts = createAlertsStore();
  const leaveAlert = (): void => alerts.setState({ chosenId: undefined, ask: undefined });
  const desk = createDeskStore(leaveAlert);
  desk.setState({ officerName: readOfficer(pageStorage.local)?.name });
  const wall = createDeskWallStore();
  const directory = createDirectoryStore();
  const search = createDirectorySearch(directory);
  const timings = createSearchTimings();
  const receiver = new Receiver({ signalling: link, nowMs, onReport: () => pictures.ask() });
  const pictures = followPictures(receiver, session, nowMs);
  const wallActions = createWallActions(wall, {
    request: (name, input) => link.request(name, input),
    newId: () => newCommandId(),
    tell: (outcome) => desk.say({ type: 'command', outcome }),
  });
  const tell = (outcome: SquadOutcome): void => desk.say({ type: 'squad', outcome });
  const squads = createDeskSquads({ link, newId: () => newCommandId(), tell });
  const talk = createDeskTalk({
    link,
    receiver,
    storage: pageStorage.local,
    squads: squads.store,
    tell,
  });
  const actions = createDeskActions({
    desk,
    squads,
    talk,
    wall,
    wallActions,
    directory,
    receiver,
    pictures: pictures.store,
    leaveAlert,
    nowMs,
  });
  const alertActions = createAlertActions(alerts, {
    work: (input) => link.request('alerts:work', input),
    newId: () => newCommandId(),
    watch: actions.watch,
    tell: (saying) => desk.say({ type: 'alert', saying }),
    nowMs,
  });
  const alertDetail = followAlertDetail(alerts, {
    read: (alertId) => link.request('alerts:read', { alertId }),
    getSnapshot: (input) => link.request('alerts:getSnapshot', input),
    makeUrl: (jpeg) => URL.createObjectURL(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' })),
    dropUrl: (url) => URL.revokeObjectURL(url),
    onCamera(alertId, cameraId) {
      const isShown = alerts.getState().chosenId === alertId;
      if (isShown && desk.getState().largeCameraId === undefined) actions.watch(cameraId);
    },
  });
  soundAlerts(alerts, nowMs, talk.isTalking);
  // The shell took the key out of the address when it started; it lies in this tab's storage.
  const accessKey = takeAccessKey({
    href: window.location.href,
    storage: pageStorage.session,
    replaceAddress: (href) => window.history.replaceState(null, '', href),
  });
  const registry = createRegistryActions({ fetch: (...request) => window.fetch(...request), accessKey });
  const alertAdmin = createAlertAdmin({ fetch: (...request) => window.fetch(...request), accessKey });
  const history = createAlertHistory({
    search: (input) => link.request('alerts:search', input),
    readStatistics: (filter) => link.request('alerts:readStatistics', { filter }),
    findCameras(words, limit) {
      const { hits, total } = search.search(words, limit);
      return { cameraIds: hits.map(({ cameraId }) => cameraId), total };
    },
    fetch: (...request) => window.fetch(...request),
    accessKey,
    saveFile: saveBlob,
    nowMs,
  });
  const map = feedMap({ directory, alerts, squads: squads.store, link, accessKey, nowMs });
  listenToDeskKeys({
    desk,
    wall,
    wallActions,
    actions,
    alerts,
    alertActions,
    squads,
    talk,
    connected: () => session.getState().link.state === 'joined',
  });
  window.mingchuProbe = createDeskProbe({
    wall,
    desk,
    receiver,
    pictures: pictures.store,
    timings,
    searchable: () => directory.getState().cameras.size,
    map: map.current,
  });
  nameTab();

  const readDirectory = async (): Promise<void> => {
    const answer = await link.request('cameras:readDirectory', {});
    if (answer.ok) takeDirectory(directory, answer.data);
    else directory.setState({ loading: 'failed', problem: answer });
  };
  const readHealth = async (): Promise<void> => {
    const answer = await link.request('cameras:readHealth', {});
    if (answer.ok) takeHealth(directory, answer.data.health);
  };
  const onNotice = (notice: Notice): void => {
    if (squads.noticed(notice) || talk.noticed(notice)) return;
    switch (notice.name) {
      case 'cameras:streamChanged':
        return receiver.streamChanged(notice.payload);
      case 'media:consumersClosed':
        return receiver.consumersClosed(notice.payload);
      case 'media:workerReplaced':
        return receiver.workerReplaced(notice.payload);
      case 'wall:screenChanged':
        return wall.showScreen(notice.payload.wall);
      case 'wall:libraryChanged':
        return wall.showLibrary(notice.payload.library);
      case 'cameras:directoryChanged':
        return void readDirectory();
      case 'cameras:healthChanged':
        return takeHealth(directory, notice.payload.changed);
      case 'alerts:arrived':
      case 'alerts:changed':
        return takeAlerts(alerts, notice.payload.alerts);
      case 'alerts:countsChanged':
        return alerts.setState({ counts: notice.payload.counts });
      case 'alerts:kindsChanged':
        return alerts.setState({ kinds: kindsById(notice.payload.kinds) });
      case 'alerts:marksChanged':
      case 'map:sitesChanged':
        // For the wall: a desk is told the whole of each alert, and reads the whole directory.
        return;
      case 'session:hubStopping':
        // The connection ends next, and everything is done then.
        return;
      default:
        // Squads and talk took theirs; the others are a phone's.
        return;
    }
  };
  return {
    onNotice,
    onSnapshot({ snapshot, newConnection }) {
      receiver.snapshotArrived(snapshot.workers, newConnection);
      wall.reset(snapshot.screens ?? (snapshot.wall === undefined ? [] : [snapshot.wall]), snapshot.library);
      resetAlerts(alerts, snapshot.alerts);
      squads.snapshotArrived(snapshot);
      talk.snapshotArrived(snapshot, newConnection);
      void readDirectory();
      void readHealth();
      void map.readSettings();
    },
    onLost() {
      receiver.connectionLost();
      talk.connectionLost();
    },
    view: (
      <DeskSurface
        session={session}
        desk={desk}
        wall={wall}
        wallActions={wallActions}
        actions={actions}
        alerts={alerts}
        map={map}
        squads={squads}
        talk={talk}
        alertActions={alertActions}
        alertDetail={alertDetail}
        alertAdmin={alertAdmin}
        history={history}
        directory={directory}
        search={search}
        timings={timings}
        receiver={receiver}
        pictures={pictures.store}
        posters={createPosters(link)}
        registry={registry}
        onLanguage={(language) => void switchLanguage(language, session)}
        onOfficer={(name) => {
          const officer = keepOfficer(pageStorage.local, name, newCommandId);
          desk.setState({ officerName: officer?.name });
          link.rejoin();
        }}
      />
    ),
  };
});
