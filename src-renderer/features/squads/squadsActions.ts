import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { MemberStatus } from '../../../src-shared/squads/memberStatus.ts';
import type { Squad } from '../../../src-shared/squads/squads.protocol.ts';
import type { SquadsStore } from './squadsStore.ts';

/** What a desk does with squads. */
export type SquadCommand =
  | 'saveSquad'
  | 'removeSquad'
  | 'saveMember'
  | 'removeMember'
  | 'setLeader'
  | 'makeCode'
  | 'revokePhone'
  | 'setStatus'
  | 'acknowledge'
  | 'endEmergency';

/** The result of a command: done, or the refusal of the hub. */
export type SquadOutcome = { command: SquadCommand; ok: true } | ({ command: SquadCommand } & Refused);

export interface SquadsActionsOptions {
  store: SquadsStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  newId(): string;
  /** The address of the field app for phones, such as `https://192.168.1.5:8830/field.html`; undefined without HTTPS. */
  fieldAddress(): Promise<string | undefined>;
  /** Of the certificates that phones install, to be compared there. */
  fingerprints(): Promise<readonly string[]>;
  notify(outcome: SquadOutcome): void;
}

export interface SquadsActions {
  choose(memberId: string | undefined): void;
  /** Without `homeDistricts` those of the squad stay. */
  saveSquad(
    input: { squadId?: string } & Pick<Squad, 'name' | 'startsBodyCamInEmergency' | 'homeDistricts'>,
  ): Promise<boolean>;
  removeSquad(squadId: string): Promise<boolean>;
  /** Without `skills` those of the member stay. */
  saveMember(input: {
    memberId?: string;
    squadId: string;
    name: string;
    skills?: string[];
  }): Promise<boolean>;
  removeMember(memberId: string): Promise<boolean>;
  /** Makes a member a leader of the squad, or no leader any more. */
  setLeader(memberId: string, isLeader: boolean): Promise<boolean>;
  /** Makes a code and shows it. */
  showCode(memberId: string): Promise<void>;
  hideCode(): void;
  revokePhone(memberId: string): Promise<boolean>;
  setStatus(memberId: string, status: MemberStatus): Promise<boolean>;
  acknowledge(emergencyId: string): Promise<boolean>;
  endEmergency(emergencyId: string, outcome: 'resolved' | 'false', reason: string): Promise<boolean>;
  /** Reads the SOS that ended; `false` forgets them. */
  listEnded(isShown: boolean): Promise<void>;
  /** Notifies the hub that an emergency is shown on this screen. */
  confirmShown(emergencyId: string): void;
}

/** Refusals that stay the same, no matter how often the request is sent. */
const pointless: ReadonlySet<string> = new Set(['not_found', 'conflict', 'forbidden']);

/** Makes the actions; each notifies the officer of its result. */
export function createSquadsActions(options: SquadsActionsOptions): SquadsActions {
  const { store, request, newId, notify } = options;
  const confirmed = new Set<string>();
  let readings = 0;

  const run = async <Name extends RequestName>(
    command: SquadCommand,
    name: Name,
    input: InputOf<Name>,
  ): Promise<boolean> => {
    const answer = await request(name, input);
    if (answer.ok) notify({ command, ok: true });
    else notify({ command, ...answer });
    return answer.ok;
  };

  return {
    choose: (memberId) => store.setState({ memberId }),
    async listEnded(isShown) {
      readings += 1;
      const mine = readings;
      if (!isShown) return store.setState({ endedEmergencies: undefined });
      const found = store.getState().endedEmergencies?.found ?? [];
      store.setState({ endedEmergencies: { found, standing: 'reading' } });
      const answer = await request('squads:listEmergencies', {});
      // Only what was asked last is shown, and nothing where the officer shut the list meanwhile.
      if (mine !== readings) return;
      store.setState({
        endedEmergencies: answer.ok
          ? { found: answer.data.emergencies, standing: 'read' }
          : { found, standing: 'failed' },
      });
    },
    saveSquad({ squadId, name, startsBodyCamInEmergency, homeDistricts }) {
      const before = store.getState().squads.find((squad) => squad.squadId === squadId);
      const nameEn = before?.nameEn;
      const squad = {
        squadId: squadId ?? newId(),
        name,
        startsBodyCamInEmergency,
        ...(nameEn === undefined ? {} : { nameEn }),
        ...(homeDistricts === undefined ? {} : { homeDistricts }),
      };
      return run('saveSquad', 'squads:saveSquad', { squad });
    },
    removeSquad: (squadId) => run('removeSquad', 'squads:removeSquad', { squadId }),
    saveMember: ({ memberId, ...member }) =>
      run('saveMember', 'squads:saveMember', { member: { memberId: memberId ?? newId(), ...member } }),
    removeMember: (memberId) => run('removeMember', 'squads:removeMember', { memberId }),
    setLeader: (memberId, isLeader) => run('setLeader', 'squads:setLeader', { memberId, isLeader }),
    async showCode(memberId) {
      const [answer, fieldAddress, fingerprints] = await Promise.all([
        request('squads:makeSignInCode', { memberId }),
        options.fieldAddress(),
        options.fingerprints(),
      ]);
      if (!answer.ok) {
        notify({ command: 'makeCode', ...answer });
        return;
      }
      const { code, expiresAtMs } = answer.data;
      const address = fieldAddress === undefined ? undefined : `${fieldAddress}#code=${code}`;
      store.setState({ code: { memberId, code, expiresAtMs, address, fingerprints } });
    },
    hideCode: () => store.setState({ code: undefined }),
    revokePhone: (memberId) => run('revokePhone', 'squads:revokePhone', { memberId }),
    setStatus: (memberId, status) =>
      run('setStatus', 'squads:setStatus', { changeId: newId(), memberId, status }),
    acknowledge: (emergencyId) => run('acknowledge', 'squads:acknowledgeEmergency', { emergencyId }),
    endEmergency: (emergencyId, outcome, reason) =>
      run('endEmergency', 'squads:endEmergency', { emergencyId, outcome, reason }),
    confirmShown(emergencyId) {
      if (confirmed.has(emergencyId)) return;
      confirmed.add(emergencyId);
      void request('squads:confirmEmergencyShown', { emergencyId }).then((answer) => {
        // It is sent again at the next drawing, until the hub has received it or would refuse it every time.
        if (!answer.ok && !pointless.has(answer.code)) confirmed.delete(emergencyId);
      });
    },
  };
}
