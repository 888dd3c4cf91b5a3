import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { MemberStatus } from '../../../src-shared/squads/memberStatus.ts';
import type { SquadsStore } from './squadsStore.ts';

/** What a desk does with squads. */
export type SquadCommand =
  | 'saveSquad'
  | 'removeSquad'
  | 'saveMember'
  | 'removeMember'
  | 'makeCode'
  | 'revokePhone'
  | 'setStatus'
  | 'askBodyCam'
  | 'endBodyCam'
  | 'acknowledge'
  | 'endEmergency'
  | 'revokeFloor'
  | 'makeRecorder'
  | 'removeRecorder';

/** What came of a command: done, or the hub's refusal. */
export type SquadOutcome = { command: SquadCommand; ok: true } | ({ command: SquadCommand } & Refused);

export interface SquadsActionsOptions {
  store: SquadsStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  newId(): string;
  /** Where phones find the field app, such as `https://192.168.1.5:8830/field.html`; undefined without HTTPS. */
  fieldAddress(): Promise<string | undefined>;
  /** This page's own address. */
  ownAddress: string;
  tell(outcome: SquadOutcome): void;
}

export interface SquadsActions {
  choose(memberId: string | undefined): void;
  saveSquad(input: { squadId?: string; name: string; startsBodyCamInEmergency: boolean }): Promise<boolean>;
  removeSquad(squadId: string): Promise<boolean>;
  saveMember(input: { memberId?: string; squadId: string; name: string }): Promise<boolean>;
  removeMember(memberId: string): Promise<boolean>;
  /** Makes a code and shows it. */
  showCode(memberId: string): Promise<void>;
  hideCode(): void;
  revokePhone(memberId: string): Promise<boolean>;
  /** Makes a recorder of the member's and shows its token. */
  makeRecorder(memberId: string, name: string): Promise<boolean>;
  hideRecorder(): void;
  removeRecorder(deviceId: string): Promise<boolean>;
  /** Reads the recorders there are; what changes later comes by itself. */
  readRecorders(): Promise<void>;
  setStatus(memberId: string, status: MemberStatus): Promise<boolean>;
  /** Asks for the picture; one that is there already is as good. */
  askBodyCam(memberId: string): Promise<boolean>;
  endBodyCam(memberId: string): Promise<boolean>;
  acknowledge(emergencyId: string): Promise<boolean>;
  endEmergency(emergencyId: string, outcome: 'resolved' | 'false', reason: string): Promise<boolean>;
  /** Tells the hub that an emergency is on this screen. */
  confirmShown(emergencyId: string): void;
}

/** Refusals that stay the same however often one asks. */
const pointless: ReadonlySet<string> = new Set(['not_found', 'conflict', 'forbidden']);

/** Makes the actions; each tells what came of it. */
export function createSquadsActions(options: SquadsActionsOptions): SquadsActions {
  const { store, request, newId, tell } = options;
  const confirmed = new Set<string>();

  const run = async <Name extends RequestName>(
    command: SquadCommand,
    name: Name,
    input: InputOf<Name>,
  ): Promise<boolean> => {
    const answer = await request(name, input);
    if (answer.ok) tell({ command, ok: true });
    else tell({ command, ...answer });
    return answer.ok;
  };

  return {
    choose: (memberId) => store.setState({ memberId }),
    saveSquad({ squadId, name, startsBodyCamInEmergency }) {
      const before = store.getState().squads.find((squad) => squad.squadId === squadId);
      const nameEn = before?.nameEn;
      const squad = {
        squadId: squadId ?? newId(),
        name,
        startsBodyCamInEmergency,
        ...(nameEn === undefined ? {} : { nameEn }),
      };
      return run('saveSquad', 'squads:saveSquad', { squad });
    },
    removeSquad: (squadId) => run('removeSquad', 'squads:removeSquad', { squadId }),
    saveMember: ({ memberId, squadId, name }) =>
      run('saveMember', 'squads:saveMember', { member: { memberId: memberId ?? newId(), squadId, name } }),
    removeMember: (memberId) => run('removeMember', 'squads:removeMember', { memberId }),
    async showCode(memberId) {
      const [answer, fieldAddress] = await Promise.all([
        request('squads:makeSignInCode', { memberId }),
        options.fieldAddress(),
      ]);
      if (!answer.ok) {
        tell({ command: 'makeCode', ...answer });
        return;
      }
      const { code, expiresAtMs } = answer.data;
      const address = fieldAddress === undefined ? undefined : `${fieldAddress}#code=${code}`;
      store.setState({ code: { memberId, code, expiresAtMs, address } });
    },
    hideCode: () => store.setState({ code: undefined }),
    revokePhone: (memberId) => run('revokePhone', 'squads:revokePhone', { memberId }),
    async makeRecorder(memberId, name) {
      const [answer, fieldAddress] = await Promise.all([
        request('whip:makeDevice', { memberId, name }),
        options.fieldAddress(),
      ]);
      if (!answer.ok) {
        tell({ command: 'makeRecorder', ...answer });
        return false;
      }
      const { token, path } = answer.data;
      const address = new URL(path, fieldAddress ?? options.ownAddress).href;
      store.setState({ madeRecorder: { name, address, token } });
      return true;
    },
    hideRecorder: () => store.setState({ madeRecorder: undefined }),
    removeRecorder: (deviceId) => run('removeRecorder', 'whip:removeDevice', { deviceId }),
    async readRecorders() {
      const answer = await request('whip:listDevices', {});
      if (answer.ok) store.setState({ devices: answer.data.devices });
    },
    setStatus: (memberId, status) =>
      run('setStatus', 'squads:setStatus', { changeId: newId(), memberId, status }),
    async askBodyCam(memberId) {
      const answer = await request('bodycam:ask', { memberId });
      if (answer.ok || answer.code === 'conflict') return true;
      tell({ command: 'askBodyCam', ...answer });
      return false;
    },
    endBodyCam: (memberId) => run('endBodyCam', 'bodycam:end', { memberId }),
    acknowledge: (emergencyId) => run('acknowledge', 'squads:acknowledgeEmergency', { emergencyId }),
    endEmergency: (emergencyId, outcome, reason) =>
      run('endEmergency', 'squads:endEmergency', { emergencyId, outcome, reason }),
    confirmShown(emergencyId) {
      if (confirmed.has(emergencyId)) return;
      confirmed.add(emergencyId);
      void request('squads:confirmEmergencyShown', { emergencyId }).then((answer) => {
        // Said again at the next drawing, until the hub has heard it or it is of no use any more.
        if (!answer.ok && !pointless.has(answer.code)) confirmed.delete(emergencyId);
      });
    },
  };
}
