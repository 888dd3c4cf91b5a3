import i18next from 'i18next';
import { kitchensInTurn } from '../../features/showcase/kitchenTurns.ts';
import { createShowcaseStore } from '../../features/showcase/showcaseStore.ts';
import { Receiver } from '../../media/receiver.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { chooseLanguage, type Language } from '../../ui/languages.ts';
import { createTimeFormat } from '../../ui/times.ts';
import type { SurfaceShell } from '../shared/startSurface.tsx';
import { createKitchenReader } from './kitchenReader.ts';
import { codeAddress, createPairingAgain } from './pairingAgain.ts';
import { createShowcasePictures } from './showcasePictures.ts';

export type ShowcaseParts = ReturnType<typeof createShowcaseParts>;

/** Builds the store of the page for visitors and what receives its pictures. */
export function createShowcaseParts({ session, clock, link }: SurfaceShell) {
  const store = createShowcaseStore();
  const nowMs = (): number => clock.nowMs();
  const receiver = new Receiver({ signalling: link, nowMs, onReport: () => undefined });
  /** The language of the hall; a visitor's choice ends with the visit, and is not kept. */
  const hallLanguage = chooseLanguage(window.location.search, pageStorage.local);
  const speak = async (language: Language): Promise<void> => {
    document.documentElement.lang = language;
    await i18next.changeLanguage(language);
    session.setState({ times: createTimeFormat(language, session.getState().nowMs) });
  };
  return {
    session,
    link,
    store,
    receiver,
    nowMs,
    runningMs: () => performance.now(),
    storage: pageStorage.local,
    pairingAgain: createPairingAgain({
      async isCodeAsked() {
        const answer = await fetch('/api/v1/screen', { cache: 'no-store' });
        return ((await answer.json()) as { isCodeAsked?: boolean }).isCodeAsked === true;
      },
      isRefused: () => session.getState().link.state === 'refused',
      showCode: () => window.location.replace(codeAddress(window.location.search)),
      runningMs: () => performance.now(),
    }),
    /** Reads which kitchens the public may see; none while the curtain is drawn. */
    readKitchens: createKitchenReader({
      async read() {
        const answer = await link.request('public:readKitchens', {});
        return answer.ok ? kitchensInTurn(answer.data.kitchens) : undefined;
      },
      isWanted: () => !store.getState().isCurtainDrawn,
      take: (kitchens) => store.setState({ kitchens }),
    }),
    pictures: createShowcasePictures({ transports: receiver.transports, signalling: link, nowMs }),
    switchLanguage: () => void speak(i18next.language === 'en' ? 'zh-CN' : 'en'),
    visitOver() {
      if (i18next.language !== hallLanguage) void speak(hallLanguage);
    },
  };
}
