import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HubTrouble } from '../../../../src-shared/diagnostics/diagnostics.protocol.ts';
import { HubTroubleBar } from '../../../features/diagnostics/HubTroubleBar.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';

type TroublesStore = StoreApi<{ troubles: readonly HubTrouble[] }>;

/** What is wrong with the server, over the views. */
export function createDiagnosticsFeature({
  session,
}: {
  session: SessionStore;
}): DeskFeature<'diagnostics:troublesChanged'> {
  const store: TroublesStore = createStore(() => ({ troubles: [] }));
  return {
    panels: { over: () => <Troubles session={session} store={store} /> },
    takeSnapshot: ({ snapshot }) => store.setState({ troubles: snapshot.hubTroubles ?? [] }),
    takeNotice: { 'diagnostics:troublesChanged': ({ troubles }) => store.setState({ troubles }) },
  };
}

function Troubles({ session, store }: { session: SessionStore; store: TroublesStore }) {
  const times = useStore(session, (state) => state.times);
  const troubles = useStore(store, (state) => state.troubles);
  return <HubTroubleBar troubles={troubles} times={times} />;
}
