import type { OnvifAnswers, OnvifAsked } from './deviceAnswers.ts';
import { tokenOf } from './deviceAnswers.ts';
import { profileFormats, type OnvifSource, type ProfileStream } from './onvifSettings.ts';
import { escaped, SoapFault } from './soapMessage.ts';

const streamsOf = ['main', 'sub'] as const;

/** The profile of a source's stream. */
export function profileToken(source: Pick<OnvifSource, 'token'>, stream: ProfileStream): string {
  return `${source.token}_${stream}`;
}

/**
 * The source and stream of a profile.
 * @throws SoapFault where nobody knows it.
 */
export function profileOf(
  { settings }: Pick<OnvifAsked, 'settings'>,
  token: string,
): { source: OnvifSource; stream: ProfileStream } {
  for (const source of settings.sources)
    for (const stream of streamsOf) if (profileToken(source, stream) === token) return { source, stream };
  throw new SoapFault('ter:NoProfile', `there is no profile ${token}`);
}

function profiles({ settings }: OnvifAsked): { source: OnvifSource; stream: ProfileStream; token: string }[] {
  return settings.sources.flatMap((source) =>
    streamsOf.map((stream) => ({ source, stream, token: profileToken(source, stream) })),
  );
}

function canTurn({ habits }: OnvifAsked, source: OnvifSource): boolean {
  return source.head !== undefined && habits.withoutPtz !== true;
}

/** What the configurations of both media services have in common. */
function sourceConfiguration({ token, name }: OnvifSource): string {
  return `<tt:Name>${escaped(name)}</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>${token}</tt:SourceToken><tt:Bounds x="0" y="0" width="1280" height="720"/>`;
}

function ptzConfiguration({ token }: OnvifSource): string {
  return `<tt:Name>PTZ ${token}</tt:Name><tt:UseCount>2</tt:UseCount><tt:NodeToken>node_${token}</tt:NodeToken><tt:DefaultContinuousPanTiltVelocitySpace>http://www.onvif.org/ver10/tptz/PanTiltSpaces/VelocityGenericSpace</tt:DefaultContinuousPanTiltVelocitySpace><tt:DefaultPTZTimeout>PT10S</tt:DefaultPTZTimeout>`;
}

function outputConfiguration({ token }: OnvifSource): string {
  return `<tt:Name>Loudspeaker</tt:Name><tt:UseCount>1</tt:UseCount><tt:OutputToken>out_${token}</tt:OutputToken><tt:OutputLevel>50</tt:OutputLevel>`;
}

function resolution(stream: ProfileStream): string {
  const { width, height } = profileFormats[stream];
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`;
}

function videoSources({ settings }: OnvifAsked, prefix: string): string {
  return settings.sources
    .map(
      ({ token }) =>
        `<${prefix}:VideoSources token="${token}"><tt:Framerate>15</tt:Framerate>${resolution('main')}</${prefix}:VideoSources>`,
    )
    .join('');
}

function audioOutputs({ settings }: OnvifAsked, prefix: string): string {
  return settings.sources
    .filter(({ hasEar }) => hasEar)
    .map(({ token }) => `<${prefix}:AudioOutputs token="out_${token}"/>`)
    .join('');
}

/** An address of one of its streams, at the host that this device's answers name. */
function streamAddress({ base }: OnvifAsked, address: string): string {
  const url = new URL(address);
  url.hostname = new URL(base).hostname;
  return escaped(url.href);
}

function snapshotAddress({ base }: OnvifAsked, source: OnvifSource): string {
  return `${base}/snapshot/${source.token}.jpg`;
}

/** Media service, version 1. */
export const mediaAnswers: OnvifAnswers = {
  GetProfiles(asked) {
    const listed = profiles(asked).map(({ source, stream, token }) => {
      const { kbps } = profileFormats[stream];
      const sound = source.hasSound
        ? `<tt:AudioSourceConfiguration token="asc_${source.token}"><tt:Name>Microphone</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>mic_${source.token}</tt:SourceToken></tt:AudioSourceConfiguration>`
        : '';
      const turning = canTurn(asked, source)
        ? `<tt:PTZConfiguration token="ptz_${source.token}">${ptzConfiguration(source)}</tt:PTZConfiguration>`
        : '';
      const ear = source.hasEar
        ? `<tt:Extension><tt:AudioOutputConfiguration token="aoc_${source.token}">${outputConfiguration(source)}</tt:AudioOutputConfiguration></tt:Extension>`
        : '';
      return (
        `<trt:Profiles token="${token}" fixed="true"><tt:Name>${escaped(source.name)} ${stream}</tt:Name>` +
        `<tt:VideoSourceConfiguration token="vsc_${source.token}">${sourceConfiguration(source)}</tt:VideoSourceConfiguration>${sound}` +
        `<tt:VideoEncoderConfiguration token="vec_${token}"><tt:Name>${stream}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>${resolution(stream)}<tt:Quality>4</tt:Quality>` +
        `<tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>${kbps}</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>15</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264></tt:VideoEncoderConfiguration>` +
        `${turning}${ear}</trt:Profiles>`
      );
    });
    return `<trt:GetProfilesResponse>${listed.join('')}</trt:GetProfilesResponse>`;
  },
  GetVideoSources: (asked) =>
    `<trt:GetVideoSourcesResponse>${videoSources(asked, 'trt')}</trt:GetVideoSourcesResponse>`,
  GetAudioOutputs: (asked) =>
    `<trt:GetAudioOutputsResponse>${audioOutputs(asked, 'trt')}</trt:GetAudioOutputsResponse>`,
  GetStreamUri(asked) {
    const { source, stream } = profileOf(asked, tokenOf(asked.request, 'ProfileToken'));
    return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${streamAddress(asked, source.streams[stream])}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>`;
  },
  GetSnapshotUri(asked) {
    const { source } = profileOf(asked, tokenOf(asked.request, 'ProfileToken'));
    return `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${snapshotAddress(asked, source)}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetSnapshotUriResponse>`;
  },
};

/** Media service, version 2. */
export const mediaTwoAnswers: OnvifAnswers = {
  GetProfiles(asked) {
    const wanted = tokenOf(asked.request, 'Token');
    const listed = profiles(asked)
      .filter(({ token }) => wanted === '' || wanted === token)
      .map(({ source, stream, token }) => {
        const part = (name: string, id: string, content: string): string =>
          `<tr2:${name} token="${id}">${content}</tr2:${name}>`;
        const { kbps } = profileFormats[stream];
        const encoder = `<tt:Name>${stream}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>${resolution(stream)}<tt:RateControl ConstantBitRate="true"><tt:FrameRateLimit>15</tt:FrameRateLimit><tt:BitrateLimit>${kbps}</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality>`;
        const parts = [
          part('VideoSource', `vsc_${source.token}`, sourceConfiguration(source)),
          part('VideoEncoder', `vec_${token}`, encoder),
          canTurn(asked, source) ? part('PTZ', `ptz_${source.token}`, ptzConfiguration(source)) : '',
          source.hasEar ? part('AudioOutput', `aoc_${source.token}`, outputConfiguration(source)) : '',
        ];
        return `<tr2:Profiles token="${token}" fixed="true"><tr2:Name>${escaped(source.name)} ${stream}</tr2:Name><tr2:Configurations>${parts.join('')}</tr2:Configurations></tr2:Profiles>`;
      });
    return `<tr2:GetProfilesResponse>${listed.join('')}</tr2:GetProfilesResponse>`;
  },
  GetVideoSources: (asked) =>
    `<tr2:GetVideoSourcesResponse>${videoSources(asked, 'tr2')}</tr2:GetVideoSourcesResponse>`,
  GetAudioOutputs: (asked) =>
    `<tr2:GetAudioOutputsResponse>${audioOutputs(asked, 'tr2')}</tr2:GetAudioOutputsResponse>`,
  GetStreamUri(asked) {
    const { source, stream } = profileOf(asked, tokenOf(asked.request, 'ProfileToken'));
    return `<tr2:GetStreamUriResponse><tr2:Uri>${streamAddress(asked, source.streams[stream])}</tr2:Uri></tr2:GetStreamUriResponse>`;
  },
  GetSnapshotUri(asked) {
    const { source } = profileOf(asked, tokenOf(asked.request, 'ProfileToken'));
    return `<tr2:GetSnapshotUriResponse><tr2:Uri>${snapshotAddress(asked, source)}</tr2:Uri></tr2:GetSnapshotUriResponse>`;
  },
};
