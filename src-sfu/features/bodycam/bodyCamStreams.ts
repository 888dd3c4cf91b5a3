import { createListeners } from '../../../src-shared/listeners.ts';
import type { ShownCamera, StreamStatus } from '../../../src-shared/cameras/cameras.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { NoticeOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { bodyCamMemberId, bodyCamStreamId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import type { BodyCamRoster } from './bodycam.ports.ts';

/** Body cams as cameras: a surface shows a body cam in the same way as a camera, by the camera id `bodycam:<memberId>`. */
export interface BodyCamStreams {
  /** The body cam as a tile shows it, while it is asked for, live or lost. */
  findCamera(cameraId: string): ShownCamera | undefined;
  open(viewerId: string, cameraId: string): Ack<OutputOf<'cameras:openStream'>>;
  close(viewerId: string, streamId: string): void;
  viewerLeft(viewerId: string): void;
  /** A body cam that somebody watches changed. */
  onStreamChanged(
    listener: (viewerIds: Iterable<string>, change: NoticeOf<'cameras:streamChanged'>) => void,
  ): void;
  /** A body cam appeared, ended or changed its name, so screens may have to remove it or update its name. */
  onPresenceChanged(listener: () => void): void;
}

export interface BodyCamStreamsOptions {
  roster: BodyCamRoster;
  /** Where what phones send is now. */
  workerId(): string | undefined;
}

export function createBodyCamStreams({ roster, workerId }: BodyCamStreamsOptions): BodyCamStreams {
  const viewers = new Map<string, Set<string>>();
  /** Body cams that are there, with what is written on them. */
  const present = new Map<string, string>();
  const told = new Map<string, string>();
  const streamChanged = createListeners<Parameters<Parameters<BodyCamStreams['onStreamChanged']>[0]>>();
  const presenceChanged = createListeners();

  roster.onNews(({ squads, members: changed, removed }) => {
    let moved = false;
    for (const { memberId } of removed) moved = present.delete(memberId) || moved;
    // A squad with another name is on the pictures of all its members.
    const members = squads === undefined ? changed : roster.members();
    for (const member of members) {
      const { memberId, bodyCam } = member;
      const isPresent = bodyCam.state !== 'off';
      // Tiles have the names of member and squad written on them.
      const words = JSON.stringify([member.name, roster.squad(member.squadId)]);
      if (present.get(memberId) !== (isPresent ? words : undefined)) {
        moved = true;
        if (isPresent) present.set(memberId, words);
        else present.delete(memberId);
      }
      const watching = viewers.get(memberId);
      if (watching === undefined) continue;
      const status = statusOf(member);
      const said = JSON.stringify(status);
      if (told.get(memberId) === said) continue;
      told.set(memberId, said);
      const streamId = bodyCamStreamId(memberId);
      streamChanged.notify(watching, { cameraId: streamId, streamId, stream: 'main', status });
    }
    if (moved) presenceChanged.notify();
  });

  const leave = (memberId: string, viewerId: string): void => {
    const watching = viewers.get(memberId);
    watching?.delete(viewerId);
    if (watching?.size !== 0) return;
    viewers.delete(memberId);
    told.delete(memberId);
  };

  return {
    findCamera(cameraId) {
      const memberId = bodyCamMemberId(cameraId);
      const member = memberId === undefined ? undefined : roster.member(memberId);
      if (member === undefined || member.bodyCam.state === 'off') return undefined;
      const squad = roster.squad(member.squadId);
      return {
        cameraId,
        externalId: cameraId,
        cameraName: member.name,
        siteId: `squad:${member.squadId}`,
        siteName: squad?.name ?? member.squadId,
        ...(squad?.nameEn === undefined ? {} : { siteNameEn: squad.nameEn }),
        isBodyCam: true,
      };
    },
    open(viewerId, cameraId) {
      const memberId = bodyCamMemberId(cameraId);
      const member = memberId === undefined ? undefined : roster.member(memberId);
      if (memberId === undefined || member === undefined) {
        return refuse('not_found', `There is no body cam ${cameraId}: its member is not in any squad.`, {
          reason: 'bodycam.not_found',
        });
      }
      const worker = workerId();
      if (worker === undefined) {
        return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.', {
          reason: 'media.no_worker',
        });
      }
      let watching = viewers.get(memberId);
      if (watching === undefined) viewers.set(memberId, (watching = new Set()));
      watching.add(viewerId);
      return ok({
        streamId: bodyCamStreamId(memberId),
        workerId: worker,
        stream: 'main' as const,
        status: statusOf(member),
      });
    },
    close(viewerId, streamId) {
      const memberId = bodyCamMemberId(streamId);
      if (memberId !== undefined) leave(memberId, viewerId);
    },
    viewerLeft(viewerId) {
      for (const memberId of [...viewers.keys()]) leave(memberId, viewerId);
    },
    onStreamChanged: streamChanged.add,
    onPresenceChanged: presenceChanged.add,
  };

  function statusOf({ name, bodyCam }: Member): StreamStatus {
    const { state, sinceMs, stalledSinceMs, kinds, sender } = bodyCam;
    switch (state) {
      case 'live':
        return {
          state: 'live',
          sinceMs,
          ...(stalledSinceMs === undefined ? {} : { frozenSinceMs: stalledSinceMs }),
          ...(kinds?.includes('audio') === true ? { audio: 'opus' as const } : {}),
        };
      case 'asked':
        return { state: 'starting', sinceMs };
      case 'lost':
        return {
          state: 'retrying',
          sinceMs,
          message: `The ${sender ?? 'phone'} of ${name} sends no picture any more. It comes back by itself with its network.`,
        };
      case 'off':
        return { state: 'idle', sinceMs };
    }
  }
}
