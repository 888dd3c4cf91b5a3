import '../shared/schemas.ts';
import {
  createAlertMarksStore,
  resetAlertMarks,
  takeAlertMarks,
  takeMarkKinds,
} from '../../features/alerts/alertMarks.ts';
import { createInsetStore, fillInset } from '../../features/map/insetStore.ts';
import { createSquadsStore, resetSquads } from '../../features/squads/squadsStore.ts';
import { createWallStore } from '../../features/wall/wallStore.ts';
import { Receiver } from '../../media/receiver.ts';
import { takeAccessKey } from '../../server/accessKey.ts';
import type { Notice } from '../../server/hubLink.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { createProbe } from '../shared/probe.ts';
import { readyUpcoming } from './screen/readyUpcoming.ts';
import { ScreenReporter } from './screen/screenReporter.ts';
import { takeSquadNotice } from '../shared/squadPoints.ts';
import { startSurface } from '../shared/startSurface.tsx';
import { TileStates } from '../shared/tileStates.ts';
import { feedWallMap } from './map/wallMapFeed.ts';
import { WallSurface } from './WallSurface.tsx';

void startSurface('wall', ({ session, clock, link }) => {
  const wallStore = createWallStore();
  const marks = createAlertMarksStore();
  const inset = createInsetStore();
  // The shell took the key out of the address when it started; it lies in this tab's storage.
  const accessKey = takeAccessKey({
    href: window.location.href,
    storage: pageStorage.session,
    replaceAddress: (href) => window.history.replaceState(null, '', href),
  });
  const squads = createSquadsStore();
  const nowMs = (): number => clock.nowMs();
  const wallMap = feedWallMap({ marks, wallStore, squads, link, accessKey, nowMs });
  wallMap.store.subscribe(({ settings }, before) => {
    if (settings !== before.settings) void fillInset(inset, settings?.districts, accessKey);
  });
  const receiver = new Receiver({
    signalling: link,
    nowMs,
    usesSlots: true,
    onReport: () => tileStates.ask(),
  });
  const tileStates = new TileStates(wallStore, session, receiver, nowMs);
  readyUpcoming(wallStore, receiver);
  const reporter = new ScreenReporter(link, receiver, wallStore);
  window.mingchuProbe = createProbe(wallStore, receiver, wallMap.current);

  const onNotice = (notice: Notice): void => {
    if (takeSquadNotice(squads, notice)) return;
    switch (notice.name) {
      case 'cameras:streamChanged':
        return receiver.streamChanged(notice.payload);
      case 'media:consumersClosed':
        return receiver.consumersClosed(notice.payload);
      case 'media:workerReplaced':
        return receiver.workerReplaced(notice.payload);
      case 'wall:screenChanged':
        return wallStore.show(notice.payload.wall);
      case 'session:hubStopping':
        // The connection ends next, and everything is done then.
        return;
      case 'alerts:marksChanged':
        return takeAlertMarks(marks, notice.payload.marks);
      case 'alerts:countsChanged':
        return wallMap.takeCounts(notice.payload.counts);
      case 'map:sitesChanged':
        return wallMap.sitesChanged();
      case 'alerts:kindsChanged':
        return takeMarkKinds(marks, notice.payload.kinds);
      case 'alerts:arrived':
      case 'alerts:changed':
      case 'cameras:directoryChanged':
      case 'cameras:healthChanged':
      case 'wall:libraryChanged':
        // For the desk: what they change on this screen comes as a changed screen.
        return;
      default:
        // For desks and phones.
        return;
    }
  };
  return {
    onNotice,
    onSnapshot({ snapshot, newConnection }) {
      receiver.snapshotArrived(snapshot.workers, newConnection);
      wallStore.reset(snapshot.wall);
      resetAlertMarks(marks, snapshot.alertMarks);
      wallMap.takeCounts(snapshot.alertMarks?.counts);
      resetSquads(squads, snapshot.squads);
      wallMap.joined();
      if (newConnection) reporter.connected();
    },
    onLost: () => receiver.connectionLost(),
    view: (
      <WallSurface
        session={session}
        wallStore={wallStore}
        marks={marks}
        squads={squads}
        wallMap={wallMap}
        inset={inset}
        pictures={receiver}
        nowMs={nowMs}
      />
    ),
  };
});
