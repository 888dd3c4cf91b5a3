import i18next from 'i18next';
import { createPrincipalStore } from '../../features/accounts/principalStore.ts';
import { createAlertActions } from '../../features/alerts/alertActions.ts';
import { followAlertDetail } from '../../features/alerts/alertDetail.ts';
import { createAlertHistory } from '../../features/alerts/alertHistory.ts';
import { alertTitle } from '../../features/alerts/alertWords.ts';
import { createAlertsStore } from '../../features/alerts/alertsStore.ts';
import { createDeskCitizens } from '../../features/citizens/citizensStore.ts';
import { createDirectorySearch } from '../../features/cameras/directorySearch.ts';
import { createDirectoryStore } from '../../features/cameras/directoryStore.ts';
import { createStepUp, fetchWithStepUp, linkWithStepUp } from '../../features/accounts/stepUp.ts';
import { createSearchTimings } from '../../features/cameras/searchTimings.ts';
import { saveBlob } from '../../features/cameras/snapshot.ts';
import { squadKeyOf } from '../../features/talk/talkStore.ts';
import { commandText } from '../../features/wall/commandText.ts';
import { newCommandId } from '../../features/wall/commandId.ts';
import { createDeskKitchenTalk } from '../../features/kitchenTalk/deskKitchenTalk.ts';
import { createDeskSentences } from '../../features/kitchenTalk/deskSentences.ts';
import { playSentence, recordSentence } from '../../media/sentenceRecorder.ts';
import { createDeskTurning } from '../../features/turning/deskTurning.ts';
import { createDeskWallStore } from '../../features/wall/deskWallStore.ts';
import { createWallActions } from '../../features/wall/wallActions.ts';
import { createPosters } from '../../media/posters.ts';
import { Receiver } from '../../media/receiver.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import type { SurfaceShell } from '../shared/startSurface.tsx';
import { withKitchenHold } from './kitchenTalk/kitchenHold.ts';
import { createDeskAttachments } from './attachments/attachmentsFeature.tsx';
import { createDeskAccounts } from './accounts/deskAccounts.ts';
import { alertMessage } from './alerts/alertMessage.ts';
import { createDeskBodyCams } from './bodycam/DeskBodyCams.ts';
import { createCamerasStore } from './cameras/camerasStore.ts';
import { createDeskActions } from './DeskActions.ts';
import { createDeskAdminParts } from './deskAdminParts.ts';
import { followDeskPictures } from './DeskPictures.ts';
import { createDeskRights, withRights } from './deskRights.ts';
import { createDeskStore } from './DeskState.ts';
import { createDeskGuide } from './guide/deskGuide.ts';
import { feedMap } from './map/MapFeed.ts';
import { followOrderMap } from './orders/followOrderMap.ts';
import { createDeskFindings } from './findings/DeskFindings.ts';
import { createDeskOrders } from './orders/DeskOrders.ts';
import { createDeskOverdue } from '../../features/overdue/overdueStore.ts';
import { createDeskSites } from './sites/DeskSites.ts';
import { createDeskSquads } from './squads/DeskSquads.ts';
import { createDeskTimeline } from './timeline/DeskTimeline.ts';
import { outcomeMessage } from './outcomeMessage.ts';
import { createDeskSound } from './loudspeakers/DeskSound.ts';
import { createFootSwitch } from '../../features/talk/footSwitch.ts';
import { createDeskHeadsets } from './talk/deskHeadsets.ts';
import { createDeskTalk } from './talk/DeskTalk.ts';
import { wallView } from './wall/wallView.ts';

export type DeskParts = ReturnType<typeof createDeskParts>;

/** Builds the stores and actions of a desk, connected to one another; each feature takes from them what it needs. */
export function createDeskParts({ session, clock, link: bareLink }: SurfaceShell) {
  const stepUp = createStepUp();
  const hubLink = linkWithStepUp(bareLink, stepUp);
  const fetch = fetchWithStepUp((...request) => window.fetch(...request), stepUp);
  const nowMs = (): number => clock.nowMs();
  const alerts = createAlertsStore();
  const leaveAlert = (): void => alerts.setState({ chosenId: undefined, ask: undefined });
  const desk = createDeskStore(wallView, leaveAlert);
  const principal = createPrincipalStore();
  const rights = createDeskRights(principal, desk.notify);
  const link = withRights(hubLink, rights.standing);
  const cameras = createCamerasStore();
  const wall = createDeskWallStore();
  const directory = createDirectoryStore();
  const search = createDirectorySearch(directory);
  const receiver = new Receiver({ signalling: link, nowMs, onReport: () => followed.ask() });
  const followed = followDeskPictures({ receiver, session, nowMs });
  const pictures = followed.store;
  const wallActions = createWallActions(wall, {
    request: (name, input) => link.request(name, input),
    newId: () => newCommandId(),
    notify: (outcome) => desk.notify(outcomeMessage((t) => commandText(outcome.command, t), outcome)),
  });
  const sound = createDeskSound({ storage: pageStorage.local, notify: desk.notify });
  const squads = createDeskSquads({
    link,
    newId: () => newCommandId(),
    notify: (outcome) => desk.notify(outcomeMessage((t) => t(`squads.command.${outcome.command}`), outcome)),
  });
  const bodyCams = createDeskBodyCams({
    link,
    notify: (outcome) => desk.notify(outcomeMessage((t) => t(`bodycam.command.${outcome.command}`), outcome)),
  });
  const talk = createDeskTalk({
    link,
    receiver,
    storage: pageStorage.local,
    squads: squads.store,
    route: sound.routes.talk,
    notify: (outcome) => desk.notify(outcomeMessage((t) => t(`talk.command.${outcome.command}`), outcome)),
  });
  const kitchenTalk = withKitchenHold(
    createDeskKitchenTalk({
      request: (name, input, timeoutMs) => link.request(name, input, timeoutMs),
      maySpeak: () => rights.standing('kitchenTalk:begin') === 'may',
      voice: talk.kitchenVoice,
      squadKey: squadKeyOf(talk.store),
      newId: () => newCommandId(),
      page: { window, document },
    }),
  );
  const sentences = createDeskSentences({
    request: (name, input, timeoutMs) => link.request(name, input, timeoutMs),
    maySpeak: () => rights.standing('kitchenTalk:play') === 'may',
    recordSentence,
    playSentence,
    newId: () => newCommandId(),
  });
  const orders = createDeskOrders({
    link,
    newId: () => newCommandId(),
    notify: (outcome) => desk.notify(outcomeMessage((t) => t(`orders.deed.${outcome.command}`), outcome)),
    nobodyToSend: () => desk.notify({ isFailure: true, text: (t) => t('orders.nobodyToSend') }),
    alert: (alertId) => alerts.getState().open.get(alertId),
    site: (siteId) => directory.getState().sites.get(siteId),
    language: () => i18next.language,
    nowMs,
    titleOf: (alert) => alertTitle(alert, alerts.getState().kinds, i18next.language),
    talkTo: (order) => talk.callOrder(order.orderId),
  });
  orders.store.subscribe((state, before) => {
    if (state.orders !== before.orders) talk.ordersChanged(state.orders.values());
  });
  const attachments = createDeskAttachments({ link, principal, newId: () => newCommandId() });
  const deskSites = createDeskSites({
    link,
    notify: (outcome) => desk.notify(outcomeMessage((t) => t(`sites.command.${outcome.command}`), outcome)),
  });
  const findings = createDeskFindings({
    link,
    fetch,
    newId: () => newCommandId(),
    notify: (outcome) => desk.notify(outcomeMessage((t) => t(`findings.deed.${outcome.command}`), outcome)),
  });
  const overdue = createDeskOverdue(pageStorage.local);
  const citizens = createDeskCitizens({
    request: (name, input) => link.request(name, input),
    notify: (outcome) => desk.notify(outcomeMessage((t) => t('citizens.done'), outcome)),
  });
  const actions = createDeskActions({
    desk,
    cameras,
    squads,
    bodyCams,
    talk,
    kitchenTalk,
    wall,
    wallActions,
    directory,
    receiver,
    soundRoute: sound.routes.cameras,
    pictures,
    leaveAlert,
    opened() {
      const { chosenId, page } = orders.store.getState();
      const { subject } = timeline.store.getState();
      return [alerts.getState().chosenId, chosenId, page, subject?.type, subject?.id].join();
    },
    allow: rights.allow,
    nowMs,
  });
  const alertActions = createAlertActions(alerts, {
    work: (input) => link.request('alerts:work', input),
    newId: () => newCommandId(),
    watch: actions.watch,
    notify: (saying) => desk.notify(alertMessage(saying)),
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
  const accounts = createDeskAccounts({
    principal,
    fetch,
    stepUp,
    isTalking: talk.isTalking,
    onLocked() {
      leaveAlert();
      actions.closeLarge();
      stepUp.cancelled();
      sound.close();
      wall.putDown();
      cameras.setState({ palette: undefined });
      desk.setState({ keysShown: false, messages: [] });
    },
    leave: (path) => window.location.assign(path),
  });
  const http = { fetch };
  const timeline = createDeskTimeline({ link, fetch, desk, alerts, saveFile: saveBlob });
  const history = createAlertHistory({
    ...http,
    search: (input) => link.request('alerts:search', input),
    readStatistics: (filter) => link.request('alerts:readStatistics', { filter }),
    findCameras(words, limit) {
      const { hits, total } = search.search(words, limit);
      return { cameraIds: hits.map(({ cameraId }) => cameraId), total };
    },
    saveFile: saveBlob,
    nowMs,
  });
  const turning = createDeskTurning({
    request: (name, input) => link.request(name, input),
    mayTurn: () => rights.standing('turning:move') === 'may',
    page: { window, document },
    nowMs: () => performance.now(),
  });
  const map = feedMap({ directory, alerts, findings: findings.store, squads: squads.store, link, nowMs });
  followOrderMap({ orders: orders.store, squads: squads.store, map: map.store, i18n: i18next });
  const headsets = createDeskHeadsets({ talk, rights });
  const footSwitch = createFootSwitch(pageStorage.local);
  const guide = createDeskGuide({
    accounts,
    actions,
    alertActions,
    alerts,
    desk,
    orders,
    rights,
    squads,
    talk,
    wall,
    wallActions,
    nowMs,
  });
  return {
    session,
    accounts,
    guide,
    rights,
    link,
    http,
    nowMs,
    desk,
    cameras,
    wall,
    wallActions,
    directory,
    search,
    timings: createSearchTimings(),
    receiver,
    pictures,
    posters: createPosters(link),
    turning,
    squads,
    bodyCams,
    talk,
    kitchenTalk,
    sentences,
    sound,
    headsets,
    footSwitch,
    orders,
    attachments,
    deskSites,
    timeline,
    findings,
    citizens,
    overdue,
    actions,
    alerts,
    alertActions,
    alertDetail,
    fetch,
    history,
    map,
    ...createDeskAdminParts({ link, fetch, directory }),
    connected: (): boolean => session.getState().link.state === 'joined',
  };
}
