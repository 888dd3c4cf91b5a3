import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { createRepeatedCommands, isDecided } from '../../ui/repeatedCommands.ts';
import type { RecordersStore } from './recordersStore.ts';

/** What a desk does with body cams. The words are `bodycam.command.<command>` of the locale. */
export type BodyCamCommand = 'askBodyCam' | 'endBodyCam' | 'makeRecorder' | 'removeRecorder';

/** The result of a command: done, or the refusal of the hub. */
export type BodyCamOutcome = { command: BodyCamCommand; ok: true } | ({ command: BodyCamCommand } & Refused);

export interface BodyCamActionsOptions {
  store: RecordersStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  /** The address of the field app for phones, such as `https://192.168.1.5:8830/field.html`; undefined without HTTPS. */
  fieldAddress(): Promise<string | undefined>;
  /** The address of this page. */
  ownAddress: string;
  /** Notifies the officer of a result. */
  notify(outcome: BodyCamOutcome): void;
}

export interface BodyCamActions {
  /** Asks a member for the picture. A picture that is live already counts as granted. */
  ask(memberId: string): Promise<boolean>;
  /** Withdraws the request, or ends the picture. */
  end(memberId: string): Promise<boolean>;
  /** Makes a recorder of the member and shows its token. */
  makeRecorder(memberId: string, name: string): Promise<boolean>;
  hideRecorder(): void;
  removeRecorder(deviceId: string): Promise<boolean>;
  /** Reads the recorders there are; later changes come as notices. */
  readRecorders(): Promise<void>;
}

/** Makes the actions; each notifies the officer of its result. */
export function createBodyCamActions(options: BodyCamActionsOptions): BodyCamActions {
  const { store, request, notify } = options;
  const commands = createRepeatedCommands(() => crypto.randomUUID());
  return {
    async ask(memberId) {
      const answer = await request('bodycam:ask', { memberId });
      if (answer.ok || answer.code === 'conflict') return true;
      notify({ command: 'askBodyCam', ...answer });
      return false;
    },
    async end(memberId) {
      const answer = await request('bodycam:end', { memberId });
      notify(answer.ok ? { command: 'endBodyCam', ok: true } : { command: 'endBodyCam', ...answer });
      return answer.ok;
    },
    async makeRecorder(memberId, name) {
      const [answer, fieldAddress] = await Promise.all([
        commands.send(
          JSON.stringify([memberId, name]),
          (commandId) => request('whip:makeDevice', { memberId, name, commandId }),
          isDecided,
        ),
        options.fieldAddress(),
      ]);
      if (!answer.ok) {
        notify({ command: 'makeRecorder', ...answer });
        return false;
      }
      const { token, path } = answer.data;
      const address = new URL(path, fieldAddress ?? options.ownAddress).href;
      store.setState({ made: { name, address, token } });
      return true;
    },
    hideRecorder: () => store.setState({ made: undefined }),
    async removeRecorder(deviceId) {
      const answer = await request('whip:removeDevice', { deviceId });
      notify(answer.ok ? { command: 'removeRecorder', ok: true } : { command: 'removeRecorder', ...answer });
      return answer.ok;
    },
    async readRecorders() {
      const answer = await request('whip:listDevices', {});
      if (answer.ok) store.setState({ devices: answer.data.devices });
    },
  };
}
