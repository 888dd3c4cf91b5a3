import { setTimeout as delay } from 'node:timers/promises';
import { isAtRest, type Motion } from '../../../../src-shared/turning/motion.ts';
import { isOnvifFailure } from '../../../base/onvifError.ts';
import { parseOnvifUrl } from '../../../base/onvifUrl.ts';
import type { PresetTokens } from '../../../features/onvif/onvif.ports.ts';
import type { OwnView, TurnHead, TurnHeads } from '../../../features/turning/turning.ports.ts';
import { maxPresets } from '../../../../src-shared/turning/turning.protocol.ts';
import type { DeviceClient } from './deviceClient.ts';
import type { OnvifDirectory } from './onvifSources.ts';
import { escapeXml } from '../../../base/escapeXml.ts';
import { childrenOf, descend, textAt, type XmlElement } from './xmlReader.ts';

/** A device that honours it stops so long after the last command, should the hub be gone. Seconds. */
const timeoutS = 3;
/** The desk says several times a second that it goes on; the command is sent again only this often. Milliseconds. */
const driveAgainMs = 1_000;
/** A device that does not answer within this time is asked again. Milliseconds. */
const commandMs = 2_000;
/** So often is a stop sent and checked, with this pause between. Milliseconds. */
const stopTries = 5;
const stopPauseMs = 200;
/** A camera needs a moment to come to a stand. Milliseconds. */
const settleMs = 150;

/** Views of one device that are read: some list three hundred. */
const mostListed = 512;
const maxTokenLength = 128;

interface Head {
  deviceId: string;
  turnToken: string;
  client: DeviceClient;
}

/** Turns cameras by ONVIF's PTZ service. */
export function onvifTurnHeads(directory: OnvifDirectory, presets: PresetTokens): TurnHeads {
  const find = (url: string): Head | undefined => {
    const target = parseOnvifUrl(url);
    if (target === undefined) return undefined;
    const { deviceId, profileToken } = target;
    const turnToken = directory.devices?.turnTokenOf(deviceId, profileToken);
    const client = directory.devices?.clientOf(deviceId);
    return turnToken === undefined || client === undefined ? undefined : { deviceId, turnToken, client };
  };
  return {
    whyNot(url) {
      if (find(url) !== undefined) return undefined;
      const deviceId = parseOnvifUrl(url)?.deviceId ?? '';
      return directory.devices?.clientOf(deviceId) === undefined ? 'not_asked' : 'no_motor';
    },
    headOf(url) {
      const head = find(url);
      return head && createHead(head, presets);
    },
  };
}

function createHead({ deviceId, turnToken, client }: Head, presets: PresetTokens): TurnHead {
  const token = escapeXml(turnToken);
  /** Since the camera stood still last: what was said of the zoom is to be taken back. */
  let hasZoomed = false;
  /** Since then: a word of the focus alone says that it is to stand still. */
  let hasMoved = false;
  const ask = (
    operation: string,
    content: string,
    signal?: AbortSignal,
    isUrgent = false,
  ): Promise<XmlElement> =>
    client.call('ptz', {
      operation,
      isUrgent,
      body: `<tptz:${operation}><tptz:ProfileToken>${token}</tptz:ProfileToken>${content}</tptz:${operation}>`,
      timeoutMs: commandMs,
      ...(signal === undefined ? {} : { signal }),
    });
  const isDone = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      if (isOnvifFailure(error)) return false;
      throw error;
    }
  };
  const moveAt = (
    { pan, tilt, zoom }: Omit<Motion, 'focus'>,
    signal: AbortSignal,
    { isUrgent = false, saysZoom = false } = {},
  ): Promise<boolean> => {
    if (zoom !== 0) hasZoomed = true;
    if (pan !== 0 || tilt !== 0 || zoom !== 0) hasMoved = true;
    // Cameras without a zoom refuse a move that names it.
    const zoomed = saysZoom || hasZoomed ? `<tt:Zoom x="${zoom}"/>` : '';
    return isDone(
      ask(
        'ContinuousMove',
        `<tptz:Velocity><tt:PanTilt x="${pan}" y="${tilt}"/>${zoomed}</tptz:Velocity><tptz:Timeout>PT${timeoutS}S</tptz:Timeout>`,
        signal,
        isUrgent,
      ),
    );
  };
  /** Undefined where the device does not say whether it moves. */
  const isMoving = async (signal: AbortSignal): Promise<boolean | undefined> => {
    try {
      const status = descend(await ask('GetStatus', '', signal), 'PTZStatus', 'MoveStatus');
      const states = [textAt(status, 'PanTilt'), textAt(status, 'Zoom')].filter(
        (state) => state !== undefined,
      );
      if (states.length === 0 || states.includes('UNKNOWN')) return undefined;
      return states.includes('MOVING');
    } catch (error) {
      if (isOnvifFailure(error, 'unknown', 'refused', 'foreign', 'forbidden')) return undefined;
      throw error;
    }
  };
  let wanted: Motion | undefined;
  let sent: { motion: Motion; atMs: number } | undefined;
  /** The command that is under way: the next one waits for it, because two connections may overtake each other. */
  let underWay: Promise<unknown> | undefined;
  /** Cuts that command: a stop does not wait for it. */
  let cutting = new AbortController();
  const next = async (): Promise<void> => {
    while (wanted !== undefined) {
      const motion = wanted;
      wanted = undefined;
      const isSame = sent !== undefined && JSON.stringify(sent.motion) === JSON.stringify(motion);
      if (isSame && performance.now() - (sent?.atMs ?? 0) < driveAgainMs) continue;
      sent = { motion, atMs: performance.now() };
      if (!(await moveAt(motion, cutting.signal))) sent = undefined;
    }
  };
  /** Stop, and a move at speed 0: some devices know only one of them, or do not do what they confirm. */
  const stopOnce = async (signal: AbortSignal, saysZoom: boolean): Promise<boolean> => {
    const isStopped = await isDone(
      ask('Stop', '<tptz:PanTilt>true</tptz:PanTilt><tptz:Zoom>true</tptz:Zoom>', signal, true),
    );
    const isAtZero = await moveAt({ pan: 0, tilt: 0, zoom: 0 }, signal, { isUrgent: true, saysZoom });
    if (!isStopped && !isAtZero) return false;
    await delay(settleMs, undefined, { signal }).catch(() => undefined);
    // A camera that does not report whether it moves counts as stopped.
    return (await isMoving(signal)) !== true;
  };
  /** Undefined where the device does not say its views. */
  const hasView = async (known: string): Promise<boolean | undefined> => {
    try {
      return readViews(await ask('GetPresets', '')).some((view) => view.token === known);
    } catch (error) {
      if (isOnvifFailure(error)) return undefined;
      throw error;
    }
  };
  return {
    hasNoFocus: true,
    drive(motion) {
      // ONVIF focuses by another service, and a camera that is focused so does not focus by itself any more.
      if (isAtRest({ ...motion, focus: 0 }) && !hasMoved) return;
      wanted = motion;
      underWay ??= next()
        // What is no failure of the device is one of this command only; the next one is sent all the same.
        .catch(() => void (sent = undefined))
        .finally(() => void (underWay = undefined));
    },
    async stop(signal) {
      wanted = undefined;
      sent = undefined;
      // The device may still do what was cut: one stop that it confirms is not enough then.
      let needed = underWay === undefined ? 1 : 2;
      cutting.abort();
      cutting = new AbortController();
      for (let left = stopTries; left > 0 && !signal.aborted; left -= 1)
        try {
          // It may zoom by a word from before the hub started.
          if (await stopOnce(signal, left < stopTries)) needed -= 1;
          if (needed === 0) {
            hasZoomed = false;
            if (!signal.aborted) hasMoved = false;
            return true;
          }
          await delay(stopPauseMs, undefined, { signal }).catch(() => undefined);
        } catch (error) {
          if (!isOnvifFailure(error)) throw error;
        }
      return false;
    },
    ownViews: {
      async list() {
        try {
          const views = readViews(await ask('GetPresets', ''));
          // Read after the answer: a view may have been saved meanwhile.
          const numbers = Array.from({ length: maxPresets }, (_, index) => index + 1);
          const known = new Map(
            numbers.map((number) => [presets.tokenOf(deviceId, turnToken, number), number] as const),
          );
          return views.map((view) => {
            const number = known.get(view.token);
            return number === undefined ? view : { ...view, number };
          });
        } catch (error) {
          if (isOnvifFailure(error)) return undefined;
          throw error;
        }
      },
      hasNumber: (number) => presets.tokenOf(deviceId, turnToken, number) !== undefined,
      giveNumber: (number, view) => presets.keep(deviceId, turnToken, number, view),
      dropNumber: (number) => presets.drop(deviceId, turnToken, number),
    },
    async goToPreset(number) {
      const known = presets.tokenOf(deviceId, turnToken, number);
      if (known === undefined) return false;
      return isDone(ask('GotoPreset', `<tptz:PresetToken>${escapeXml(known)}</tptz:PresetToken>`));
    },
    async setPreset(number) {
      const known = presets.tokenOf(deviceId, turnToken, number);
      const name = `<tptz:PresetName>P${number}</tptz:PresetName>`;
      const given = known === undefined ? '' : `<tptz:PresetToken>${escapeXml(known)}</tptz:PresetToken>`;
      try {
        const answer = await ask('SetPreset', name + given).catch((error: unknown) => {
          // The device forgot its presets: this one is new again.
          if (given !== '' && isOnvifFailure(error, 'refused')) return ask('SetPreset', name);
          throw error;
        });
        const token = textAt(answer, 'PresetToken') ?? known;
        if (token === undefined || token.length > maxTokenLength) return false;
        await presets.keep(deviceId, turnToken, number, token);
        return true;
      } catch (error) {
        if (isOnvifFailure(error)) return false;
        throw error;
      }
    },
    async deletePreset(number) {
      const known = presets.tokenOf(deviceId, turnToken, number);
      if (known === undefined) return true;
      const content = `<tptz:PresetToken>${escapeXml(known)}</tptz:PresetToken>`;
      try {
        await ask('RemovePreset', content);
      } catch (error) {
        if (!isOnvifFailure(error)) throw error;
        // Some refuse because they have it no more, others because it may not be removed: their list says which.
        if (!isOnvifFailure(error, 'refused') || (await hasView(known)) !== false) return false;
      }
      await presets.drop(deviceId, turnToken, number);
      return true;
    },
  };
}

/** The views of an answer to GetPresets, each token once. */
function readViews(answer: XmlElement): OwnView[] {
  const views = new Map<string, OwnView>();
  for (const preset of childrenOf(answer, 'Preset').slice(0, mostListed)) {
    const token = preset.attributes.get('token') ?? '';
    if (token === '' || token.length > maxTokenLength || views.has(token)) continue;
    const name = (textAt(preset, 'Name') ?? '').replace(/\p{C}/gu, '').trim();
    views.set(token, { token, name });
  }
  return [...views.values()];
}
