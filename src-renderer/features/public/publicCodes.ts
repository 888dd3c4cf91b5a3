import { createStore, type StoreApi } from 'zustand/vanilla';
import { fetchFile } from '../../ui/httpFile.ts';

export interface PublicCodesView {
  isMaking: boolean;
  /** The code of the last refusal; empty when there is none. */
  problem: string;
}

/** QR codes of sites as files for the printer. */
export interface PublicCodes {
  store: StoreApi<PublicCodesView>;
  /** Stickers of all sites, or of a district. */
  stickers(language: string, district: string): Promise<void>;
  /** The page of one site. */
  sheet(language: string, siteId: string): Promise<void>;
}

export function createPublicCodes(parts: {
  fetch: typeof fetch;
  saveFile(blob: Blob, fileName: string): void;
}): PublicCodes {
  const store = createStore<PublicCodesView>(() => ({ isMaking: false, problem: '' }));
  const make = async (query: Record<string, string>): Promise<void> => {
    if (store.getState().isMaking) return;
    store.setState({ isMaking: true, problem: '' });
    const answer = await fetchFile(parts.fetch, `/api/v1/public/codes.pdf?${new URLSearchParams(query)}`);
    if (answer.ok) parts.saveFile(answer.file, `codes-${query['layout'] ?? ''}.pdf`);
    store.setState({ isMaking: false, ...(answer.ok ? {} : { problem: answer.problem }) });
  };
  return {
    store,
    stickers: (language, district) =>
      make({ layout: 'stickers', language, ...(district === '' ? {} : { district }) }),
    sheet: (language, siteId) => make({ layout: 'sheet', language, siteId }),
  };
}
