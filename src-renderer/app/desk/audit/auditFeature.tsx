import { useStore } from 'zustand';
import { AuditPanel } from '../../../features/audit/AuditPanel.tsx';
import { createAuditSearch, type AuditSearch } from '../../../features/audit/auditSearch.ts';
import { saveBlob } from '../../../features/cameras/snapshot.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

type AuditFeatureParts = Pick<
  DeskParts,
  'session' | 'link' | 'directory' | 'squads' | 'actions' | 'http' | 'nowMs'
>;

/** Who did what: searched, and exported with its hash. */
export function createAuditFeature(parts: AuditFeatureParts): DeskFeature {
  const search = createAuditSearch({
    ...parts.http,
    search: (input) => parts.link.request('audit:search', input),
    saveFile: saveBlob,
    nowMs: parts.nowMs,
  });
  return {
    view: {
      name: 'audit',
      title: (t) => t('desk.view.audit'),
      View: () => <Audit {...parts} search={search} />,
    },
  };
}

function Audit({ session, directory, squads, actions, search }: AuditFeatureParts & { search: AuditSearch }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const cameras = useStore(directory, (state) => state.cameras);
  const members = useStore(squads.store, (state) => state.members);
  return (
    <AuditPanel
      search={search}
      times={times}
      enabled={enabled}
      titleOf={(id) => (cameras.has(id) ? actions.titleOf(id) : members.get(id)?.name)}
    />
  );
}
