import { createListeners } from '../../../src-shared/listeners.ts';
import type { ShownCamera, StreamStatus } from '../../../src-shared/cameras/cameras.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { NoticeOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { bodyCamMemberId, bodyCamStreamId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { StreamShares, type StreamShare } from '../../base/streamShares.ts';
import type { BodyCamRoster } from './bodycam.ports.ts';

/** Body cams as cameras: a surface shows a body cam in the same way as a camera, by the camera id `bodycam:<memberId>`. */
export interface BodyCamStreams {
  /** The body cam as a tile shows it, while it is asked for, live or lost. */
  findCamera(cameraId: string): ShownCamera | undefined;
  /** The share is held from this call on, also before the answer. It is released when the answer is a refusal. */
  open(share: StreamShare, cameraId: string): Promise<Ack<OutputOf<'cameras:openStream'>>>;
  close(share: StreamShare, streamId: string): void;
  isHeld(share: StreamShare, streamId: string): boolean;
  /** Releases the share in every body cam, because its holder has disconnected. */
  releaseShares(share: StreamShare): void;
  /** A body cam changed that surfaces view; `connectionIds` are theirs. */
  onStreamChanged(
    listener: (connectionIds: readonly string[], change: NoticeOf<'cameras:streamChanged'>) => void,
  ): void;
  /** A body cam appeared, ended or changed its name, so screens may have to remove it or update its name. */
  onPresenceChanged(listener: () => void): void;
}

export interface BodyCamStreamsOptions {
  roster: BodyCamRoster;
  /** The worker that carries what phones send now; undefined while no worker runs. */
  findPlace(): Promise<{ workerId: string } | undefined>;
}

export function createBodyCamStreams({ roster, findPlace }: BodyCamStreamsOptions): BodyCamStreams {
  /** By member. */
  const shares = new Map<string, StreamShares>();
  /** The present body cams with the names on their pictures. */
  const present = new Map<string, string>();
  /** The last status of each body cam that its viewers were notified of. */
  const notified = new Map<string, string>();
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
      const held = shares.get(memberId);
      if (held === undefined) continue;
      const status = statusOf(member);
      const text = JSON.stringify(status);
      if (notified.get(memberId) === text) continue;
      notified.set(memberId, text);
      const streamId = bodyCamStreamId(memberId);
      streamChanged.notify(held.holders('view'), { cameraId: streamId, streamId, stream: 'main', status });
    }
    if (moved) presenceChanged.notify();
  });

  /** Whether the share is a new one. */
  const join = (memberId: string, share: StreamShare): boolean => {
    const held = shares.get(memberId) ?? new StreamShares();
    shares.set(memberId, held);
    return held.add(share);
  };
  const leave = (memberId: string, share: StreamShare): void => {
    const held = shares.get(memberId);
    held?.remove(share);
    if (held?.size !== 0) return;
    shares.delete(memberId);
    notified.delete(memberId);
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
    async open(share, cameraId) {
      const memberId = bodyCamMemberId(cameraId);
      const member = memberId === undefined ? undefined : roster.member(memberId);
      if (memberId === undefined || member === undefined) {
        return refuse('not_found', `There is no body cam ${cameraId}: its member is not in any squad.`, {
          reason: 'bodycam.not_found',
        });
      }
      const isNew = join(memberId, share);
      const place = await findPlace();
      if (place === undefined) {
        if (isNew) leave(memberId, share);
        return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.', {
          reason: 'media.no_worker',
        });
      }
      return ok({
        streamId: bodyCamStreamId(memberId),
        workerId: place.workerId,
        stream: 'main' as const,
        // Notices may have been sent in the meantime. The answer comes after them, so it must not be older than they are.
        status: statusOf(roster.member(memberId) ?? member),
      });
    },
    close(share, streamId) {
      const memberId = bodyCamMemberId(streamId);
      if (memberId !== undefined) leave(memberId, share);
    },
    isHeld: (share, streamId) => shares.get(bodyCamMemberId(streamId) ?? '')?.has(share) === true,
    releaseShares(share) {
      for (const memberId of [...shares.keys()]) leave(memberId, share);
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
