import type { UpperStanding, UpperView } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { UpperLinks } from '../../features/cascade/cascade.ports.ts';
import type { UpperRecord } from '../../features/cascade/cascade.repository.ts';
import type { UpperLink } from './upperLink.ts';

/** Connections to all upper platforms, each as it is set. */
export function createUpperLinks(options: {
  create(
    record: UpperRecord,
  ): Pick<UpperLink, 'open' | 'close' | 'standing' | 'views' | 'endViews' | 'listChanged'>;
  onGone(upperId: string): void;
  nowMs(): number;
}): UpperLinks & { views(upperId?: string): UpperView[]; close(): Promise<void> } {
  const { create, onGone, nowMs } = options;
  const links = new Map<string, { link: ReturnType<typeof create>; mark: string }>();
  /** Platforms that are being signed off at. */
  const ending = new Map<string, Promise<void>>();
  let isClosed = false;
  const off: UpperStanding = { state: 'off', sinceMs: nowMs() };
  const end = (upperId: string): void => {
    const { link } = links.get(upperId) ?? {};
    links.delete(upperId);
    onGone(upperId);
    if (link === undefined) return;
    const closing = Promise.all([ending.get(upperId), link.close().catch(() => undefined)]).then(() => {
      if (ending.get(upperId) === closing) ending.delete(upperId);
    });
    ending.set(upperId, closing);
  };
  return {
    connect(records) {
      if (isClosed) return;
      const wanted = new Map(
        records.filter(({ settings }) => settings.isOn).map((record) => [record.upperId, record]),
      );
      for (const [upperId, { mark }] of [...links]) {
        const record = wanted.get(upperId);
        if (record === undefined || markOf(record) !== mark) end(upperId);
      }
      for (const [upperId, record] of wanted) {
        if (links.has(upperId)) continue;
        const link = create(record);
        links.set(upperId, { link, mark: markOf(record) });
        const closing = ending.get(upperId);
        if (closing === undefined) link.open();
        // Signing off last, it would be off though it is wanted.
        else
          void closing.then(() => {
            if (links.get(upperId)?.link === link) link.open();
          });
      }
    },
    standing: (upperId) => links.get(upperId)?.link.standing() ?? off,
    views: (upperId) =>
      upperId === undefined
        ? [...links.values()].flatMap(({ link }) => link.views())
        : (links.get(upperId)?.link.views() ?? []),
    endViews(isMeant) {
      let ended = 0;
      for (const [upperId, { link }] of links)
        ended += link.endViews((cameraId) => isMeant({ upperId, cameraId }));
      return ended;
    },
    listChanged() {
      for (const { link } of links.values()) link.listChanged();
    },
    async close() {
      isClosed = true;
      for (const upperId of [...links.keys()]) end(upperId);
      await Promise.all(ending.values());
    },
  };
}

/** What of a platform's settings the connection is made of; the others hold without another one. */
function markOf({ settings, password }: UpperRecord): string {
  const { mayWatch: _watch, hours: _hours, name: _name, pictures: _pictures, ...more } = settings;
  const { sameIds: _same, otherIds: _other, ...connected } = more;
  return JSON.stringify([connected, password]);
}
