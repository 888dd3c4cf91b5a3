import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pairingCodeLifeMs, type PairedSurface } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Problem } from './Problem.tsx';

/** How often the screen asks whether it was confirmed, and how long it waits after a refusal. Milliseconds. */
const askEveryMs = 1_500;
const retryMs = 10_000;

/** A wall or showcase that waits to be paired: its code, large enough to be read from the desk. */
export function PairingView(props: {
  ask: AskAccounts;
  surface: PairedSurface;
  screenId: string;
  onPaired(): void;
  /**
   * Given where a desk asked for the code: without a confirmation in time the screen is given back to visitors, who stand before it and are
   * shown no command.
   */
  onGivenUp?: () => void;
}) {
  const { ask, surface, screenId, onPaired, onGivenUp } = props;
  const { t } = useTranslation();
  const [code, setCode] = useState<string>();
  const [problem, setProblem] = useState<RefusalWords>();
  useEffect(() => {
    if (onGivenUp === undefined) return undefined;
    const timer = setTimeout(onGivenUp, pairingCodeLifeMs);
    return () => clearTimeout(timer);
  }, [onGivenUp]);
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (work: () => Promise<void>, delayMs: number): void => {
      if (!isGone) timer = setTimeout(() => void work(), delayMs);
    };
    const begin = async (): Promise<void> => {
      const begun = await ask<{ code: string; secret: string }>('POST', 'pairings', { surface, screenId });
      if (isGone) return;
      if (!begun.ok) {
        setProblem(begun.refusal);
        return later(begin, retryMs);
      }
      setProblem(undefined);
      setCode(begun.data.code);
      const { secret } = begun.data;
      const collect = async (): Promise<void> => {
        const answer = await ask<{ isPaired: boolean }>('POST', 'pairings/collect', { secret });
        if (isGone) return;
        if (answer.ok && answer.data.isPaired) return onPaired();
        // The code has expired, so a new one is requested. A hub that cannot be reached is asked again.
        if (!answer.ok && answer.refusal.reason === 'accounts.pairing_expired') return begin();
        setProblem(answer.ok ? undefined : answer.refusal);
        later(collect, askEveryMs);
      };
      later(collect, askEveryMs);
    };
    void begin();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [ask, surface, screenId, onPaired]);
  return (
    <div className="sign-in-form sign-in-pairing">
      <p>{t(surface === 'wall' ? 'signIn.pairWall' : 'signIn.pairShowcase', { screen: screenId })}</p>
      <p className="sign-in-code" data-code aria-live="polite">
        {code ?? '····-····'}
      </p>
      <p className="sign-in-quiet">{t('signIn.pairHow')}</p>
      {onGivenUp === undefined && (
        <p className="sign-in-quiet">
          <code>
            npm run accounts -- confirm {code ?? 'CODE'} {screenId}
          </code>
        </p>
      )}
      <Problem refusal={problem} />
    </div>
  );
}
