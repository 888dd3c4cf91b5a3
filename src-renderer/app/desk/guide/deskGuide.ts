import { bodyCamMemberId, bodyCamStreamId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { Ask } from '../../../../src-shared/session/rights.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';
import {
  advanceGuide,
  firstGuideState,
  turnGuide,
  type GuideState,
  type GuideStep,
  type GuideWorld,
} from '../../../features/guide/guideSteps.ts';
import { createGuideStore, type GuideStore } from '../../../features/guide/guideStore.ts';
import { orderForAlert } from '../../../features/orders/ordersStore.ts';
import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { chosenScreen, type DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import type { WallActions } from '../../../features/wall/wallActions.ts';
import type { DeskAccounts } from '../accounts/deskAccounts.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskStore } from '../DeskState.ts';
import type { DeskOrders } from '../orders/DeskOrders.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import type { DeskTalk } from '../talk/DeskTalk.ts';
import { toggleCase } from '../orders/orderKeys.ts';

/** What the guide reads and does at the desk. */
export interface GuideParts {
  accounts: Pick<DeskAccounts, 'ask'>;
  actions: Pick<DeskActions, 'watchMember'>;
  alertActions: Pick<AlertActions, 'jump' | 'choose' | 'work'>;
  alerts: AlertsStore;
  desk: DeskStore;
  orders: Pick<DeskOrders, 'store' | 'actions' | 'sendForAlert'>;
  rights: Pick<DeskRights, 'allow'>;
  squads: Pick<DeskSquads, 'store'>;
  talk: Pick<DeskTalk, 'store' | 'hold'>;
  wall: DeskWallStore;
  wallActions: Pick<WallActions, 'showCase' | 'endCase'>;
  /** The hub’s clock. Unix milliseconds. */
  nowMs(): number;
}

/** The guide of the desk: follows what is really done here, and does a step itself when it is asked to. */
export interface DeskGuide {
  store: GuideStore;
  /** Opens it at its beginning, or leaves it. */
  toggle(): void;
  leave(): void;
  /** Does the step of now. In a real city it goes on to the next one and does nothing. */
  perform(): void;
  turn(by: 1 | -1): void;
}

/** What each step asks of the hub. */
export const guideAsks: Readonly<Record<GuideStep, Ask | undefined>> = {
  alert: undefined,
  acknowledge: 'alerts:work',
  order: 'orders:create',
  talk: 'talk:requestFloor',
  bodyCam: 'bodycam:ask',
  case: 'wall:showCase',
};

/** So long the guide holds the talk key where it does the step itself. Milliseconds. */
const talksMs = 4_000;

/** Builds it. */
export function createDeskGuide(parts: GuideParts): DeskGuide {
  const store = createGuideStore();
  const { alerts, desk, orders, squads, talk, wall } = parts;

  const follow = (): void => {
    const state = store.getState();
    if (!state.isOpen || state.mode !== 'demo') return;
    const next = advanceGuide(state, worldOf(parts));
    if (next === state) return;
    const isEnd = next.step === 'done' && state.step !== 'done';
    store.setState({ ...next, ...(isEnd ? { endedAtMs: parts.nowMs() } : {}) });
  };
  alerts.subscribe(follow);
  orders.store.subscribe(follow);
  talk.store.subscribe(follow);
  desk.subscribe(follow);
  squads.store.subscribe(follow);
  wall.subscribe(follow);

  let isReadingMode = false;
  /** Whether a step was asked for before it was known how the guide does it. */
  let isStepAsked = false;
  const open = async (): Promise<void> => {
    store.setState({ ...firstGuideState, isOpen: true, startedAtMs: parts.nowMs(), endedAtMs: undefined });
    isStepAsked = false;
    if (store.getState().mode === undefined) {
      isReadingMode = true;
      const answer = await parts.accounts.ask('GET', 'session');
      isReadingMode = false;
      // Where it cannot be read, nobody’s real squad is sent anywhere.
      const isDemo = answer.ok && answer.data.demoAccounts.length > 0;
      if (answer.ok) store.setState({ mode: isDemo ? 'demo' : 'explained' });
    }
    follow();
    if (isStepAsked && store.getState().isOpen) perform();
    isStepAsked = false;
  };
  const leave = (): void => store.setState({ isOpen: false });
  const turn = (by: 1 | -1): void => {
    const state = store.getState();
    const next = turnGuide(state, by);
    const isEnd = next.step === 'done' && state.step !== 'done';
    store.setState({ ...next, ...(isEnd ? { endedAtMs: parts.nowMs() } : {}) });
  };

  const perform = (): void => {
    if (isReadingMode) {
      isStepAsked = true;
      return;
    }
    const { step, mode } = store.getState();
    if (step === 'done') return leave();
    if (mode !== 'demo') return turn(1);
    const ask = guideAsks[step];
    if (ask !== undefined && !parts.rights.allow(ask)) return;
    performStep(step, store, parts);
  };

  return {
    store,
    toggle: () => (store.getState().isOpen ? leave() : void open()),
    leave,
    turn,
    perform,
  };
}

function performStep(step: GuideStep, store: GuideStore, parts: GuideParts): void {
  const { alertId, orderId } = store.getState();
  const { alertActions, alerts, orders, talk, desk, actions } = parts;
  const leader = demoLeader(parts);
  switch (step) {
    case 'alert':
      return alertActions.jump();
    case 'acknowledge':
      if (alertId !== undefined && alerts.getState().chosenId !== alertId) alertActions.choose(alertId);
      return void alertActions.work({ type: 'acknowledge' });
    case 'order': {
      if (alertId === undefined) return;
      // Of the simulated people the leader answers by voice and has a body cam.
      const { squadId, memberId } = leader ?? {};
      const crew =
        squadId === undefined || memberId === undefined
          ? undefined
          : { squadId, memberIds: [memberId], inChargeId: memberId };
      return void orders.sendForAlert(alertId, crew);
    }
    case 'talk':
      return speak(store, talk);
    case 'bodyCam': {
      const memberId = bodyCamOf(orderId, parts);
      return memberId === undefined ? undefined : void actions.watchMember(memberId);
    }
    case 'case': {
      const order = orders.store.getState().orders.get(orderId ?? '');
      if (order === undefined || isOnWall(order.orderId, parts)) return;
      orders.actions.choose(order.orderId);
      desk.show('orders');
      return toggleCase(parts, order);
    }
  }
}

/** Holds the talk key for a while. The first press of a desk only asks for the microphone: then it speaks as soon as it may, if the officer is still at this step. */
function speak(store: GuideStore, { store: state, hold }: GuideParts['talk']): void {
  const isReady = (): boolean => state.getState().microphone === 'ready' && state.getState().hasVoice;
  const press = (): void => {
    hold.padDown('guide');
    setTimeout(() => hold.padUp('guide'), talksMs);
  };
  if (isReady()) return press();
  hold.padDown('guide');
  hold.padUp('guide');
  const unwatch = state.subscribe(({ microphone }) => {
    const { isOpen, step } = store.getState();
    const isOver = !isOpen || step !== 'talk' || microphone === 'denied' || microphone === 'missing';
    if (!isOver && !isReady()) return;
    unwatch();
    if (!isOver) press();
  });
}

/** A leader whose phone is connected: in the demo that one is a browser with a voice and a camera. */
export function demoLeader({ squads }: Pick<GuideParts, 'squads'>): Member | undefined {
  const leaders = [...squads.store.getState().members.values()].filter(({ isLeader }) => isLeader === true);
  return leaders.find(({ bodyCam }) => bodyCam.state === 'live') ?? leaders.find((one) => one.isConnected);
}

/** Whose picture the guide asks for: somebody who goes and is live already, else the leader, else whoever goes. */
function bodyCamOf(orderId: string | undefined, parts: GuideParts): string | undefined {
  const { members } = parts.squads.store.getState();
  const going = parts.orders.store.getState().orders.get(orderId ?? '')?.memberIds ?? [];
  const live = going.find((memberId) => members.get(memberId)?.bodyCam.state === 'live');
  return live ?? demoLeader(parts)?.memberId ?? going[0];
}

function isOnWall(orderId: string, { wall }: Pick<GuideParts, 'wall'>): boolean {
  return (wall.getState().screens ?? []).some((screen) => screen.caseOf === orderId);
}

/** What stands in the way of a step. */
export function guideObstacle(
  { step, orderId }: Pick<GuideState, 'step' | 'orderId'>,
  parts: GuideParts,
): 'alert' | 'microphone' | 'bodyCam' | 'order' | 'screen' | undefined {
  switch (step) {
    case 'alert':
      return parts.alerts.getState().open.size === 0 ? 'alert' : undefined;
    case 'talk':
      return ['denied', 'missing'].includes(parts.talk.store.getState().microphone)
        ? 'microphone'
        : undefined;
    case 'bodyCam':
      return demoLeader(parts) === undefined ? 'bodyCam' : undefined;
    case 'case':
      if (orderId === undefined) return 'order';
      return chosenScreen(parts.wall.getState()) === undefined ? 'screen' : undefined;
    default:
      return undefined;
  }
}

function worldOf({ alerts, orders, talk, desk, squads, wall }: GuideParts): GuideWorld {
  const { chosenId, open } = alerts.getState();
  const { orders: openOrders } = orders.store.getState();
  const { largeCameraId } = desk.getState();
  const member = squads.store.getState().members.get(bodyCamMemberId(largeCameraId ?? '') ?? '');
  return {
    chosenAlertId: chosenId,
    alert(alertId) {
      const alert = open.get(alertId);
      if (alert === undefined) return undefined;
      return {
        isAcknowledged: alert.state !== 'new',
        orderId: orderForAlert(openOrders, alertId)?.orderId,
      };
    },
    isOrderOpen: (orderId) => openOrders.has(orderId),
    isSpeaking: talk.store.getState().key.phase === 'has_permission',
    isBodyCamShown:
      member !== undefined &&
      member.bodyCam.state === 'live' &&
      largeCameraId === bodyCamStreamId(member.memberId),
    casesOnWall: new Set((wall.getState().screens ?? []).flatMap(({ caseOf }) => caseOf ?? [])),
  };
}
