import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { AskAccounts } from '../../features/accounts/accountsClient.ts';
import { CodesSetup } from '../../features/accounts/CodesSetup.tsx';
import { DemoAccounts } from '../../features/accounts/DemoAccounts.tsx';
import { PairingView } from '../../features/accounts/PairingView.tsx';
import { Problem } from '../../features/accounts/Problem.tsx';
import { UnseenRecoveryCodes } from '../../features/accounts/RecoveryCodes.tsx';
import { RedeemForm } from '../../features/accounts/RedeemForm.tsx';
import { SignInForm } from '../../features/accounts/SignInForm.tsx';
import { UnlockForm } from '../../features/accounts/UnlockForm.tsx';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { Destination } from './destination.ts';
import './signIn.css';

export interface SignInPageProps {
  ask: AskAccounts;
  destination: Destination;
  go(path: string): void;
  onLanguage(): void;
}

/** How long the page waits before it asks a hub again that does not answer. Milliseconds. */
const retryMs = 3_000;

/** Whether the recovery codes of an authenticator were perhaps never shown to its owner. */
const hasUnseenCodes = (person: NonNullable<SessionAnswer['person']>): boolean =>
  person.hasTimeCodes && !person.areRecoveryCodesKept;

/** Signing in, the first administrator, a new password, an authenticator, a locked desk, and the code of a screen. */
export function SignInPage({ ask, destination, go, onLanguage }: SignInPageProps) {
  const { t, i18n } = useTranslation();
  const [session, setSession] = useState<SessionAnswer>();
  const [problem, setProblem] = useState<RefusalWords>();
  const [isRedeeming, setRedeeming] = useState(false);
  const [isSet, setIsSet] = useState(false);
  const leave = useCallback(() => go(destination.path), [go, destination]);
  const take = useCallback(
    (answer: SessionAnswer) => {
      setSession(answer);
      setRedeeming(false);
      const { person } = answer;
      if (
        person !== undefined &&
        person.steps.length === 0 &&
        !person.isLocked &&
        !hasUnseenCodes(person) &&
        destination.pair === undefined
      )
        leave();
    },
    [leave, destination],
  );
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const read = async (): Promise<void> => {
      const answer = await ask('GET', 'session');
      if (isGone) return;
      if (answer.ok) {
        setProblem(undefined);
        return take(answer.data);
      }
      setProblem(answer.refusal);
      timer = setTimeout(() => void read(), retryMs);
    };
    void read();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [ask, take]);

  const { pair } = destination;
  const person = session?.person;
  const isFirstRun = session?.isFirstRun === true;
  const title =
    pair !== undefined
      ? t('signIn.pairTitle')
      : isFirstRun
        ? t('signIn.firstTitle')
        : person?.isLocked === true
          ? t('signIn.lockedTitle', { name: person.name })
          : person !== undefined && (person.steps.length > 0 || hasUnseenCodes(person))
            ? t(person.steps.length > 0 ? 'signIn.codesTitle' : 'signIn.recoveryTitle')
            : isRedeeming
              ? t('signIn.redeemTitle')
              : t('signIn.title');
  const signOut = async (): Promise<void> => {
    const answer = await ask('DELETE', 'session');
    if (answer.ok) take(answer.data);
    else setProblem(answer.refusal);
  };
  const content = () => {
    if (pair !== undefined) {
      const { surface, screenId, isAsked } = pair;
      const givingUp = isAsked ? { onGivenUp: leave } : {};
      return <PairingView ask={ask} surface={surface} screenId={screenId} onPaired={leave} {...givingUp} />;
    }
    if (session === undefined) return <Problem refusal={problem} />;
    if (isFirstRun || isRedeeming) {
      return (
        <RedeemForm
          ask={ask}
          isFirstRun={isFirstRun}
          onIn={take}
          onSet={() => {
            setRedeeming(false);
            setIsSet(true);
          }}
        />
      );
    }
    if (person?.isLocked === true) return <UnlockForm ask={ask} path="session/unlock" onDone={take} />;
    if (person !== undefined && person.steps.length === 0 && hasUnseenCodes(person)) {
      return <UnseenRecoveryCodes ask={ask} onDone={leave} />;
    }
    if (person !== undefined) return <CodesSetup ask={ask} onDone={leave} />;
    return <SignInForm ask={ask} onIn={take} />;
  };
  const demo = pair === undefined && person === undefined ? (session?.demoAccounts ?? []) : [];
  return (
    <div className="sign-in">
      <header>
        <span className="sign-in-product">{t('product.name')}</span>
        <button
          type="button"
          className="sign-in-link"
          lang={i18n.language === 'en' ? 'zh-CN' : 'en'}
          onClick={onLanguage}
        >
          {t('desk.otherLanguage')}
        </button>
      </header>
      <main className="sign-in-card">
        {demo.length > 0 && <DemoAccounts ask={ask} accounts={demo} onIn={take} onProblem={setProblem} />}
        <h1>{title}</h1>
        {isSet && <p role="status">{t('signIn.passwordSet')}</p>}
        {content()}
        {session !== undefined && problem !== undefined && <Problem refusal={problem} />}
        {pair === undefined && session !== undefined && !isFirstRun && (
          <p className="sign-in-other">
            {person === undefined ? (
              <button type="button" className="sign-in-link" onClick={() => setRedeeming(!isRedeeming)}>
                {t(isRedeeming ? 'signIn.back' : 'signIn.haveCode')}
              </button>
            ) : (
              <button type="button" className="sign-in-link" onClick={() => void signOut()}>
                {t('signIn.otherPerson')}
              </button>
            )}
          </p>
        )}
      </main>
    </div>
  );
}
