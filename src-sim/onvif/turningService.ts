import { setTimeout as delay } from 'node:timers/promises';
import type { Pose, TurningHead } from '../turning/turningHead.ts';
import { tokenOf, type OnvifAnswers, type OnvifAsked } from './deviceAnswers.ts';
import { profileOf } from './mediaAnswers.ts';
import type { OnvifSource } from './onvifSettings.ts';
import { escaped, find, SoapFault, textOf } from './soapMessage.ts';

const usualTimeoutMs = 10_000;
const longestTimeoutMs = 60_000;
const mostPresets = 100;

interface Heads {
  presets: Map<string, { name: string; pose: Pose }>;
  timer: NodeJS.Timeout | undefined;
}

/** The PTZ service (ONVIF PTZ): continuous moves that end by their timeout, Stop, and presets. */
export class TurningService {
  readonly #heads = new Map<string, Heads>();
  #nextPreset = 1;

  close(): void {
    for (const { timer } of this.#heads.values()) clearTimeout(timer);
  }

  readonly answers: OnvifAnswers = {
    GetNodes: (asked) =>
      `<tptz:GetNodesResponse>${turningSources(asked)
        .map(({ token }) => nodeOf(token))
        .join('')}</tptz:GetNodesResponse>`,
    GetNode: (asked) =>
      `<tptz:GetNodeResponse>${nodeOf(tokenOf(asked.request, 'NodeToken').replace('node_', ''))}</tptz:GetNodeResponse>`,
    GetConfigurations: (asked) =>
      `<tptz:GetConfigurationsResponse>${turningSources(asked)
        .map(
          ({ token }) =>
            `<tptz:PTZConfiguration token="ptz_${token}"><tt:Name>PTZ ${token}</tt:Name><tt:UseCount>2</tt:UseCount><tt:NodeToken>node_${token}</tt:NodeToken><tt:DefaultPTZTimeout>PT10S</tt:DefaultPTZTimeout></tptz:PTZConfiguration>`,
        )
        .join('')}</tptz:GetConfigurationsResponse>`,
    ContinuousMove: async (asked) => {
      const { head, heads } = this.#at(asked);
      const turn = find(asked.request, 'Velocity/PanTilt')?.attributes;
      const zoom = find(asked.request, 'Velocity/Zoom')?.attributes;
      if (asked.habits.withoutZoom === true && zoom !== undefined)
        throw new SoapFault('ter:SpaceNotSupported', 'there is no zoom');
      const isAtZero = ![turn?.get('x'), turn?.get('y'), zoom?.get('x')].some((x) => speedOf(x) !== 0);
      if (asked.habits.slowMoveMs !== undefined && !isAtZero) await delay(asked.habits.slowMoveMs);
      // ONVIF counts upward, the picture downward.
      head.move({
        pan: speedOf(turn?.get('x')),
        tilt: -speedOf(turn?.get('y')),
        zoom: speedOf(zoom?.get('x')),
      });
      clearTimeout(heads.timer);
      const timeout = textOf(asked.request, 'Timeout');
      const afterMs = timeout === '' ? usualTimeoutMs : durationMs(timeout);
      if (asked.habits.ignoresTimeout !== true)
        heads.timer = setTimeout(() => head.move(still), Math.min(longestTimeoutMs, afterMs));
      return '<tptz:ContinuousMoveResponse/>';
    },
    Stop: (asked) => {
      const { stop } = asked.habits;
      if (stop === 'unknown') throw new SoapFault('ter:ActionNotSupported', 'Stop is not known', 500);
      if (stop === 'refused') throw new SoapFault('ter:InvalidArgVal', 'Stop is refused');
      const { head } = this.#at(asked);
      if (stop !== 'ignored') head.move(still);
      return '<tptz:StopResponse/>';
    },
    GetStatus: (asked) => {
      const { pan, tilt, zoom } = this.#at(asked).head.pose;
      const { isMoving } = this.#at(asked).head;
      const state = isMoving ? 'MOVING' : 'IDLE';
      return (
        `<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position><tt:PanTilt x="${(pan * 2 - 1).toFixed(4)}" y="${(1 - tilt * 2).toFixed(4)}"/><tt:Zoom x="${zoom.toFixed(4)}"/></tt:Position>` +
        `<tt:MoveStatus><tt:PanTilt>${state}</tt:PanTilt><tt:Zoom>${state}</tt:Zoom></tt:MoveStatus><tt:UtcTime>${new Date(asked.nowMs()).toISOString()}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>`
      );
    },
    GetPresets: (asked) => {
      const listed = [...this.#at(asked).heads.presets].map(
        ([token, { name }]) =>
          `<tptz:Preset token="${escaped(token)}"><tt:Name>${escaped(name)}</tt:Name></tptz:Preset>`,
      );
      return `<tptz:GetPresetsResponse>${listed.join('')}</tptz:GetPresetsResponse>`;
    },
    SetPreset: (asked) => {
      const { head, heads } = this.#at(asked);
      const given = tokenOf(asked.request, 'PresetToken');
      const known = heads.presets.get(given);
      if (given !== '' && known === undefined) throw new SoapFault('ter:NoToken', `no preset ${given}`);
      if (known === undefined && heads.presets.size >= mostPresets)
        throw new SoapFault('ter:TooManyPresets', 'there is no room for another preset', 500);
      const token = given === '' ? `preset${this.#nextPreset++}` : given;
      const name = textOf(asked.request, 'PresetName') || known?.name || token;
      heads.presets.set(token, { name, pose: head.pose });
      return `<tptz:SetPresetResponse><tptz:PresetToken>${token}</tptz:PresetToken></tptz:SetPresetResponse>`;
    },
    GotoPreset: (asked) => {
      const { head, heads } = this.#at(asked);
      const preset = heads.presets.get(tokenOf(asked.request, 'PresetToken'));
      if (preset === undefined) throw new SoapFault('ter:NoToken', 'there is no such preset');
      head.goTo(preset.pose);
      return '<tptz:GotoPresetResponse/>';
    },
    RemovePreset: (asked) => {
      if (asked.habits.keepsPresets === true)
        throw new SoapFault('ter:InvalidArgVal', 'this preset is not removed');
      if (!this.#at(asked).heads.presets.delete(tokenOf(asked.request, 'PresetToken')))
        throw new SoapFault('ter:NoToken', 'there is no such preset');
      return '<tptz:RemovePresetResponse/>';
    },
  };

  #at(asked: OnvifAsked): { head: TurningHead; heads: Heads } {
    const { source } = profileOf(asked, tokenOf(asked.request, 'ProfileToken'));
    if (source.head === undefined) throw new SoapFault('ter:NoPTZProfile', 'this profile does not turn');
    const heads = this.#heads.get(source.token) ?? { presets: new Map(), timer: undefined };
    this.#heads.set(source.token, heads);
    return { head: source.head, heads };
  }
}

const still: Pose = { pan: 0, tilt: 0, zoom: 0 };

function turningSources({ settings }: OnvifAsked): OnvifSource[] {
  return settings.sources.filter(({ head }) => head !== undefined);
}

function nodeOf(token: string): string {
  const space = (name: string, uri: string, ranges: readonly string[]): string =>
    `<tt:${name}><tt:URI>http://www.onvif.org/ver10/tptz/${uri}</tt:URI>${ranges
      .map((range) => `<tt:${range}><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:${range}>`)
      .join('')}</tt:${name}>`;
  return (
    `<tptz:PTZNode token="node_${token}"><tt:Name>PTZ ${token}</tt:Name><tt:SupportedPTZSpaces>` +
    space('ContinuousPanTiltVelocitySpace', 'PanTiltSpaces/VelocityGenericSpace', ['XRange', 'YRange']) +
    space('ContinuousZoomVelocitySpace', 'ZoomSpaces/VelocityGenericSpace', ['XRange']) +
    `</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>${mostPresets}</tt:MaximumNumberOfPresets><tt:HomeSupported>false</tt:HomeSupported></tptz:PTZNode>`
  );
}

/** @throws SoapFault for what is no number from -1 to 1. */
function speedOf(text: string | undefined): number {
  const speed = Number(text ?? 0);
  if (!(Math.abs(speed) <= 1)) throw new SoapFault('ter:InvalidVelocity', `${text} is no velocity`);
  return speed;
}

/**
 * A duration such as `PT60S` or `PT0.5S`; milliseconds.
 * @throws SoapFault for a malformed request.
 */
export function durationMs(text: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (match === null) throw new SoapFault('ter:InvalidArgVal', `${text} is no duration`);
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000;
}
