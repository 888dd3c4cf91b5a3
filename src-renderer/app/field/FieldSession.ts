import i18next from 'i18next';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import { EmergencySender } from '../../features/field/emergencySender.ts';
import {
  askOf,
  createFieldStore,
  isCameraOn,
  resetField,
  shownStatus,
  signInProblem,
  takeMembers,
  type FieldStore,
} from '../../features/field/fieldStore.ts';
import type { Moment } from '../../features/field/moment.ts';
import { Outbox } from '../../features/field/outbox.ts';
import { PositionSharing } from '../../features/field/positionSharing.ts';
import { isWholeCode, newMemberToken, phoneName, takeCode } from '../../features/field/signIn.ts';
import { ScreenWakeLock } from '../../features/field/wakeLock.ts';
import { HoldKey } from '../../features/talk/holdKey.ts';
import { TalkKeyRunner } from '../../features/talk/talkKeyRunner.ts';
import { createTalkStore, resetTalk, type TalkStore } from '../../features/talk/talkStore.ts';
import { createTalkTones, type TalkTone } from '../../features/talk/talkTones.ts';
import { DutyMedia } from '../../media/dutyMedia.ts';
import type { Notice, SnapshotArrival } from '../../server/hubLink.ts';
import { keepMemberToken, readMemberToken } from '../../server/memberToken.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { chooseLanguage, type Language } from '../../ui/locale.ts';
import { onPageReturn } from '../../ui/pageReturn.ts';
import { queryPermission } from '../../ui/permissionAnswer.ts';
import { createTimeFormat } from '../../ui/times.ts';
import { watchPhone } from './watchPhone.ts';
import type { SurfaceShell } from '../shared/startSurface.tsx';

const sharingKey = 'mingchu.sharesPosition';
const phoneLock = 'mingchu.phone';
/** What is heard beside the chosen group: lower, but heard. */
const otherVolume = 0.5;

/** A phone on duty: joins the talk key, the outbox, SOS, the position and the media to the connection and the stores. */
export class FieldSession {
  readonly field: FieldStore;
  readonly talk: TalkStore;
  readonly talkKey: TalkKeyRunner;
  readonly emergency: EmergencySender;
  readonly talkHold: HoldKey;
  readonly emergencyHold: HoldKey;
  readonly media: DutyMedia;
  readonly #shell: SurfaceShell;
  readonly #outbox: Outbox;
  readonly #sharing: PositionSharing;
  readonly #screen: ScreenWakeLock;
  readonly #tones = createTalkTones();
  /** A sign-in whose answer was lost is said again with the same secret. */
  #attempt: { code: string; token: string } | undefined;

  constructor(shell: SurfaceShell) {
    this.#shell = shell;
    const { link } = shell;
    const storage = pageStorage.local;
    const scanned = takeCode(window.location.href);
    if (scanned.code !== undefined) window.history.replaceState(null, '', scanned.href);
    this.field = createFieldStore(readMemberToken(storage) !== undefined, scanned.code);
    this.talk = createTalkStore();
    const pageId = crypto.randomUUID();
    const moment = (): Moment => ({ wallMs: Date.now(), runningMs: performance.now(), pageId });
    const newId = (): string => crypto.randomUUID();
    const delay = (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs));

    this.media = new DutyMedia({
      signalling: link,
      storage,
      onMicrophone: (microphone) => this.talk.setState({ microphone }),
      onVoice: (hasVoice) => this.talk.setState({ hasVoice }),
      onCamera: (camera) => this.field.setState({ camera }),
      onAudible: (isAudible) => this.talk.setState({ isAudible }),
    });
    this.talkKey = new TalkKeyRunner(this.talk, {
      request: link.request,
      openMicrophone: (isOpen) => this.media.openMicrophone(isOpen),
      play: (tone) => this.#play(tone),
      delay,
    });
    this.#outbox = new Outbox({
      request: link.request,
      storage,
      moment,
      newId,
      delay,
      onWaiting: (waiting) => this.field.setState({ waiting }),
      onDuty: (duty) => {
        const { member } = this.field.getState();
        if (member !== undefined) this.field.setState({ member: { ...member, duty } });
      },
      onRefused: (status, refusal) => this.field.setState({ refusedStatus: { status, refusal } }),
    });
    this.field.setState({ waiting: this.#outbox.waiting });
    this.#sharing = new PositionSharing({
      geolocation: navigator.geolocation,
      permission: () => queryPermission('geolocation'),
      onReturn: (listener) => onPageReturn({ window, document }, listener),
      nowMs: () => shell.clock.nowMs(),
      runningMs: () => performance.now(),
      onPlace: (place) => this.#outbox.addPosition(place),
      onState: (sharing) => this.field.setState({ sharing }),
    });
    this.emergency = new EmergencySender({
      request: link.request,
      storage,
      moment,
      newId,
      nextPress: () => this.talkKey.nextPress(),
      place: () => this.#sharing.place,
      delay,
      onChange: (emergency) => this.field.setState({ emergency }),
    });
    this.field.setState({ emergency: this.emergency.own });
    const page = { window, document };
    this.talkHold = new HoldKey(page, {
      press: () => {
        this.touched();
        this.talkKey.press();
      },
      letGo: (isUnproven) => this.talkKey.letGo(isUnproven),
    });
    this.emergencyHold = new HoldKey(page, {
      press: () => {
        this.touched();
        this.emergency.press();
      },
      letGo: () => this.emergency.letGo(),
    });
    this.#screen = new ScreenWakeLock('wakeLock' in navigator ? navigator.wakeLock : undefined, (wakeLock) =>
      this.field.setState({ wakeLock }),
    );
    watchPhone(link, this.field, () => this.media.networkChanged());
    this.field.subscribe(({ member, waiting }, before) => {
      if (member?.bodyCam !== before.member?.bodyCam) this.#giveUpLostPicture();
      if (member?.duty !== before.member?.duty || waiting !== before.waiting) this.#keepScreen();
    });
    this.#takePhone();
    this.talk.subscribe(({ floors, groupId }, before) => {
      if (floors !== before.floors || groupId !== before.groupId) this.#listen();
    });
    if (this.field.getState().isSignedIn) this.#begin();
  }

  snapshotArrived({ snapshot, newConnection }: SnapshotArrival): void {
    if (snapshot.role !== 'squad_member' || snapshot.squads?.self === undefined) {
      // The code that was scanned is used at once.
      const { isSignedIn, signIn } = this.field.getState();
      if (!isSignedIn && isWholeCode(signIn.code) && signIn.problem === undefined) void this.signIn();
      return;
    }
    this.#joined(snapshot, snapshot.squads.self, newConnection);
  }

  noticed(notice: Notice): void {
    switch (notice.name) {
      case 'squads:squadsChanged':
        return this.field.setState({ squads: notice.payload.squads });
      case 'squads:membersChanged':
        return takeMembers(this.field, notice.payload.members);
      case 'squads:emergencyChanged':
        return this.emergency.emergencyChanged(notice.payload.emergency);
      case 'squads:signedOut':
        return this.#forget(notice.payload.reason);
      case 'bodycam:asked':
        this.field.setState({ cameraAsk: notice.payload });
        if (notice.payload.automatic) this.startCamera();
        return;
      case 'bodycam:ended':
        this.field.setState({ cameraAsk: undefined });
        return this.media.stopCamera();
      case 'talk:floorTaken':
      case 'talk:floorIdle':
        return this.talkKey.floorChanged(notice.payload);
      case 'talk:floorGranted':
        return this.talkKey.floorGranted(notice.payload);
      case 'talk:floorDenied':
        return this.talkKey.floorDenied(notice.payload);
      case 'talk:queueMoved':
        return this.talkKey.queueMoved(notice.payload);
      case 'talk:limitNear':
        return this.talkKey.limitNear(notice.payload);
      case 'talk:floorRevoked':
        return this.talkKey.floorRevoked(notice.payload);
      case 'media:consumersClosed':
        return this.media.consumersClosed(notice.payload);
      case 'media:workerReplaced':
        return this.media.workerReplaced(notice.payload);
      default:
        // For desks and walls, or the connection ends next and everything is done then.
        return;
    }
  }

  connectionLost(): void {
    this.talkKey.connectionLost();
    this.#outbox.connected(false);
    this.media.connectionLost();
  }

  /** The hub says that the secret of this phone is of no use any more. */
  joinForbidden(): void {
    if (this.field.getState().isSignedIn) this.#forget('revoked');
  }

  typeCode(code: string): void {
    this.field.setState({ signIn: { code, isBusy: false } });
  }

  /** Uses the code that was typed or scanned. */
  async signIn(): Promise<void> {
    const { code, isBusy } = this.field.getState().signIn;
    if (isBusy || !isWholeCode(code)) return;
    if (this.#attempt?.code !== code) this.#attempt = { code, token: newMemberToken() };
    const attempt = this.#attempt;
    this.field.setState({ signIn: { code, isBusy: true } });
    const answer = await this.#shell.link.request('squads:signIn', {
      ...attempt,
      phoneName: phoneName(navigator.userAgent),
    });
    if (!answer.ok) {
      this.field.setState({ signIn: { code, isBusy: false, problem: signInProblem(answer.code) } });
      return;
    }
    this.#attempt = undefined;
    this.#outbox.forgetAll();
    this.emergency.signedOut();
    keepMemberToken(pageStorage.local, attempt.token);
    this.field.setState({
      isSignedIn: true,
      signedOut: undefined,
      signIn: { code: '', isBusy: false },
    });
    this.#begin();
    // Who this is, is said when joining.
    this.#shell.link.reconnect();
  }

  async signOut(): Promise<void> {
    const answer = await this.#shell.link.request('squads:signOut', {});
    // The hub would think it signed in still. When it signs out, it ends the connection before its answer comes.
    const isHeld = !answer.ok && answer.code === 'unavailable';
    this.field.setState({ isSignOutHeld: isHeld });
    if (!isHeld) this.#forget('by_phone');
  }

  /** Called in a gesture: asks for what only a gesture may ask for. */
  touched(): void {
    this.#tones.wake();
    this.media.wake();
    if (!this.field.getState().isSignedIn) return;
    if (this.talk.getState().microphone !== 'ready') this.media.startMicrophone();
    this.#sharing.touched();
  }

  chooseGroup(groupId: string): void {
    this.talkKey.letGo();
    this.talk.setState({ groupId });
  }

  setStatus(status: Parameters<Outbox['addStatus']>[0]): void {
    this.field.setState({ refusedStatus: undefined });
    this.#outbox.addStatus(status);
    this.#keepScreen();
  }

  sharePosition(isShared: boolean): void {
    if (isShared) this.#sharing.start();
    else {
      this.#sharing.stop();
      this.#outbox.forgetPositions();
      void this.#shell.link.request('squads:stopSharingPosition', {});
    }
    pageStorage.local.setItem(sharingKey, String(isShared));
  }

  startCamera(): void {
    this.field.setState({ cameraAsk: undefined });
    this.media.startCamera();
  }

  stopCamera(): void {
    this.media.stopCamera();
    void this.#shell.link.request('bodycam:stop', {});
  }

  declineCamera(): void {
    const { cameraAsk } = this.field.getState();
    this.field.setState({ cameraAsk: undefined });
    if (cameraAsk !== undefined) {
      void this.#shell.link.request('bodycam:decline', { askId: cameraAsk.askId });
    }
  }

  async switchLanguage(language: Language): Promise<void> {
    const { session, clock } = this.#shell;
    chooseLanguage(`?lang=${language}`, pageStorage.local);
    document.documentElement.lang = language;
    await i18next.changeLanguage(language);
    session.setState({ times: createTimeFormat(language, clock.nowMs()) });
  }

  /** Heard and felt: outdoors a tone is easily missed. */
  #play(tone: TalkTone): void {
    this.#tones.play(tone);
    if (navigator.userActivation?.hasBeenActive === true) navigator.vibrate?.(tone === 'granted' ? 40 : 120);
  }

  #joined(snapshot: Snapshot, self: { memberId: string; squadId: string }, isNewConnection: boolean): void {
    const { squads } = snapshot;
    const isSomebodySpeaking = snapshot.talk?.floors.some(({ talker }) => talker !== undefined) ?? false;
    this.media.snapshotArrived({
      workers: snapshot.workers,
      talkWorkerId: snapshot.talk?.workerId,
      isNewConnection,
      isSomebodySpeaking,
    });
    // What is said is asked for before anything is drawn.
    resetTalk(this.talk, snapshot.talk, `squad:${self.squadId}`);
    resetField(this.field, squads);
    this.field.setState({ isSignOutHeld: false });
    this.#takeBodyCam(isNewConnection);
    // It was said while the hub was away.
    const isShared = pageStorage.local.getItem(sharingKey) !== 'false';
    if (!isShared && this.field.getState().member?.position !== undefined) {
      void this.#shell.link.request('squads:stopSharingPosition', {});
    }
    this.emergency.snapshotArrived(squads?.emergencies ?? [], self.memberId);
    this.#outbox.connected(true);
    this.#listen();
    this.#keepScreen();
  }

  /** Of the pages of one phone the newest speaks: two would throw each other out for ever. */
  #takePhone(): void {
    // Older browsers have none.
    const locks = navigator.locks as LockManager | undefined;
    const held = locks?.request(phoneLock, { steal: true }, () => new Promise<void>(() => undefined));
    held?.catch((error: unknown) => {
      // It is stolen by the next page. A browser that forbids storage forbids locks too, which is no other page.
      if (!(error instanceof DOMException) || error.name !== 'AbortError') return;
      this.talkKey.letGo();
      this.connectionLost();
      this.media.stop();
      this.#sharing.stop();
      this.#screen.keepOn(false);
      this.#shell.link.close();
      this.field.setState({ isAside: true });
    });
  }

  /** Takes up what the centre asked or ended while this phone was away. */
  #takeBodyCam(isNewConnection: boolean): void {
    const { member, camera } = this.field.getState();
    if (member === undefined) return;
    const { bodyCam } = member;
    const ask = askOf(bodyCam);
    this.field.setState({ cameraAsk: isCameraOn(camera) ? undefined : ask });
    if (ask?.automatic === true && !isCameraOn(camera)) this.startCamera();
    // One that was started meanwhile was never the centre's to end.
    const wasAtHub = isCameraOn(camera) && camera !== 'asking' && camera !== 'starting';
    if (isNewConnection && bodyCam.isEndedByDesk === true && wasAtHub) this.media.stopCamera();
  }

  /** The centre waits for a picture of this phone's that does not come back: its page was left, or it was ended offline. */
  #giveUpLostPicture(): void {
    const { member, camera } = this.field.getState();
    if (member?.bodyCam.state !== 'lost' || member.bodyCam.sender !== 'phone' || isCameraOn(camera)) return;
    void this.#shell.link.request('bodycam:stop', {});
  }

  /** Somebody is signed in: what they allowed before goes on by itself. */
  #begin(): void {
    if (pageStorage.local.getItem(sharingKey) !== 'false') this.#sharing.start();
    this.media.startMicrophone();
    this.#keepScreen();
  }

  #listen(): void {
    const { floors, groupId } = this.talk.getState();
    // The first is heard first.
    const groups = [...floors.values()].sort(
      (one, other) => Number(other.talker !== undefined) - Number(one.talker !== undefined),
    );
    this.media.listenTo(new Map(groups.map(({ groupId: id }) => [id, id === groupId ? 1 : otherVolume])));
  }

  /** The screen stays on while on duty. */
  #keepScreen(): void {
    const state = this.field.getState();
    this.#screen.keepOn(state.isSignedIn && !state.isAside && shownStatus(state) !== 'off_duty');
  }

  #forget(reason: 'revoked' | 'replaced' | 'removed' | 'by_phone'): void {
    keepMemberToken(pageStorage.local, undefined);
    this.talkKey.letGo();
    this.media.stop();
    this.#sharing.stop();
    this.#outbox.forgetAll();
    this.emergency.signedOut();
    this.talk.setState({ floors: new Map(), groupId: undefined });
    this.field.setState({
      isSignedIn: false,
      signedOut: reason,
      self: undefined,
      member: undefined,
      cameraAsk: undefined,
    });
    this.#keepScreen();
    this.#shell.link.reconnect();
  }
}
