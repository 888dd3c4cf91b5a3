import { may, worksForDistrict } from '../../src-shared/session/principal.ts';
import { createDeskIds } from '../base/deskIds.ts';
import {
  createKitchenTalkHandlers,
  type KitchenTalkRequestName,
} from '../features/kitchenTalk/kitchenTalk.handlers.ts';
import { createKitchenSentencesService } from '../features/kitchenTalk/kitchenSentences.service.ts';
import { createKitchenTalkService } from '../features/kitchenTalk/kitchenTalk.service.ts';
import { createKitchenVoices } from '../media/kitchenVoices.ts';
import type { SendingMedia } from '../media/sendingMedia.ts';
import { gb28181Ears } from '../media/sources/gb28181/gb28181Ears.ts';
import { onvifEars } from '../media/sources/onvif/onvifEars.ts';
import { rtspEars } from '../media/sources/rtsp/rtspBackChannel.ts';
import type { SurfaceContext } from '../signaling/handlers.ts';
import { createKitchenSentencesRepository } from '../storage/kitchenSentences.sql.ts';
import { createKitchenTalkRepository } from '../storage/kitchenTalk.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { RecordersFeature } from './recorders.ts';
import type { SquadsFeature } from './squads.ts';

/** Officers who speak into kitchens. */
export async function createKitchenTalkFeature(
  { logger, nowMs, store, camerasRepository, recorderDoors, onvifDirectory }: Drivers,
  parts: {
    alerts: Pick<AlertsFeature, 'kinds'>;
    cameras: Pick<CamerasFeature, 'directory' | 'onRegistryChanged'>;
    recorders: Pick<RecordersFeature, 'service'>;
    sending: SendingMedia;
    squads: Pick<SquadsFeature, 'emergencies'>;
  },
): Promise<HubFeature<KitchenTalkRequestName>> {
  const { directory } = parts.cameras;
  const voices = createKitchenVoices(parts.sending);
  const desks = createDeskIds();
  const joined = new Map<string, SurfaceContext>();
  const rtsp = rtspEars(nowMs);
  const talk = createKitchenTalkService({
    repository: createKitchenTalkRepository(store),
    ears: [
      gb28181Ears(recorderDoors, parts.recorders.service.directory),
      onvifEars(onvifDirectory, rtsp),
      rtsp,
    ],
    voices,
    cameras: directory,
    addressOf: (cameraId) => camerasRepository.findStreamAddress(cameraId, 'main'),
    logger,
    nowMs,
  });
  const sentences = await createKitchenSentencesService({
    repository: createKitchenSentencesRepository(store),
    hasKind: (kindId) => parts.alerts.kinds().some((kind) => kind.kindId === kindId),
    nowMs,
  });
  const left = (connectionId: string): void => {
    const speakerId = desks.known(connectionId);
    if (speakerId !== undefined) talk.left(speakerId);
    voices.drop(connectionId);
  };
  parts.cameras.onRegistryChanged(talk.registryChanged);
  parts.squads.emergencies.onRaised(({ squadId }) =>
    talk.emergency((connectionId) => {
      const principal = joined.get(connectionId)?.identity?.principal;
      return principal !== undefined && may(principal, 'squads:viewEmergencies', { squadId });
    }),
  );
  return {
    handlers: {
      ...createKitchenTalkHandlers(talk, sentences, desks.of),
      'kitchenTalk:produceVoice': ({ connectionId }, input) => voices.produce(connectionId, input),
    },
    joined(context) {
      const { connectionId, identity } = context;
      joined.set(connectionId, context);
      // Somebody else may sit there now, or the desk is locked.
      if (identity === undefined || !may(identity.principal, 'kitchens:speak')) left(connectionId);
    },
    left({ connectionId }) {
      left(connectionId);
      desks.forget(connectionId);
      joined.delete(connectionId);
    },
    snapshotFor({ identity }) {
      if (identity === undefined || !may(identity.principal, 'kitchens:speak')) return {};
      const { scope } = identity.principal;
      const speaking = talk
        .speaking()
        .filter(({ siteId }) => worksForDistrict(scope, directory.districtOfSite(siteId)));
      return { kitchenTalk: { speaking } };
    },
    announceTo(surfaces) {
      sentences.onChanged((listed) => surfaces.broadcast('kitchenTalk:sentencesChanged', listed));
      talk.onChanged((changed) =>
        surfaces.broadcastFor('kitchenTalk:changed', ({ scope }) =>
          worksForDistrict(scope, directory.districtOfSite(changed.siteId)) ? changed : undefined,
        ),
      );
    },
    metrics: [
      {
        name: 'mingchu_kitchen_talks_total',
        help: 'Talks into kitchens that ended, by why',
        type: 'counter',
        label: 'end',
        read: () => talk.counts(),
      },
    ],
    start: () =>
      void talk
        .start()
        .catch((error: unknown) => logger.error({ err: error }, 'talks into kitchens could not be read')),
    close: talk.close,
  };
}
