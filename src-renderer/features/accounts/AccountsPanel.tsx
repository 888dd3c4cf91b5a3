import { SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { May, useMay } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { AccountList } from './AccountList.tsx';
import type { AccountsAdmin } from './accountsAdmin.ts';
import type { AskAccounts } from './accountsClient.ts';
import { OneTimeCode } from './OneTimeCode.tsx';
import { OwnAccount } from './OwnAccount.tsx';
import { Problem } from './Problem.tsx';
import { ScreenList } from './ScreenList.tsx';
import { SignInList } from './SignInList.tsx';
import './accounts.css';
import './personMenu.css';

export interface AccountsPanelProps {
  ask: AskAccounts;
  admin: AccountsAdmin;
  /** Of whoever sits here. */
  accountId: string | undefined;
  squads: readonly Pick<Squad, 'squadId' | 'name'>[];
  times: TimeFormat;
}

const parts = ['own', 'list', 'signIns', 'screens'] as const;

/** One’s own account, and for administrators all accounts, sign-ins and paired screens. */
export function AccountsPanel({ ask, admin, accountId, squads, times }: AccountsPanelProps) {
  const { t } = useTranslation();
  const [part, setPart] = useState<(typeof parts)[number]>('own');
  const { answer, made, problem, isBusy } = useStore(admin.store);
  const reading = useMay('GET /api/v1/accounts');
  const isAdministrator = reading.isAllowed;
  useEffect(() => {
    admin.store.setState({ problem: undefined });
    if (isAdministrator && part !== 'own') void admin.read();
  }, [admin, isAdministrator, part]);
  const nameOf = (id: string): string => answer?.accounts.find((one) => one.accountId === id)?.name ?? '';
  const isAsked = !isAdministrator && (part === 'list' || part === 'signIns');
  return (
    <div className="desk-page accounts">
      <h1>{t('accounts.title')}</h1>
      <SegmentedControl
        aria-label={t('accounts.title')}
        value={part}
        onChange={(value) => setPart(parts.find((one) => one === value) ?? 'own')}
        data={parts.map((value) => ({ value, label: t(`accounts.part.${value}`) }))}
      />
      {/* Another person at this desk has another account. */}
      {part === 'own' && <OwnAccount key={accountId} ask={ask} times={times} />}
      {isAsked && (
        <p className="desk-dim" role="status" data-ask="accounts">
          {reading.helper}
        </p>
      )}
      {part === 'list' && isAdministrator && (
        <AccountList admin={admin} ownAccountId={accountId} times={times} squads={squads} />
      )}
      {part === 'signIns' && isAdministrator && (
        <section aria-label={t('accounts.part.signIns')}>
          <h2>{t('accounts.part.signIns')}</h2>
          <Problem refusal={problem} />
          <May asks="DELETE /api/v1/sign-ins/:id">
            <SignInList
              signIns={answer?.signIns ?? []}
              nameOf={nameOf}
              current={undefined}
              times={times}
              isBusy={isBusy}
              onEnd={(sessionId) => void admin.endSignIn(sessionId)}
            />
          </May>
        </section>
      )}
      {part === 'screens' && <ScreenList admin={admin} times={times} />}
      {made !== undefined && <OneTimeCode made={made} times={times} onClose={admin.putCodeAway} />}
    </div>
  );
}
