import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Account, SignIn } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { AccountForm } from './AccountForm.tsx';
import type { AccountInput, AccountsAdmin } from './accountsAdmin.ts';
import { Problem } from './Problem.tsx';
import { scopeWords } from './scopeWords.ts';

export interface AccountListProps {
  admin: AccountsAdmin;
  /** Of whoever sits here. */
  ownAccountId: string | undefined;
  times: TimeFormat;
  squads: readonly Pick<Squad, 'squadId' | 'name'>[];
}

/** All accounts: who, in which role, for what, when and from where last; made, changed, reset, disabled. */
export function AccountList({ admin, ownAccountId, times, squads }: AccountListProps) {
  const { t } = useTranslation();
  const { answer, problem, isBusy } = useStore(admin.store);
  const [edited, setEdited] = useState<Account | 'new'>();
  const [reset, setReset] = useState<Account>();
  const accounts = answer?.accounts ?? [];
  const close = (): void => {
    admin.store.setState({ problem: undefined });
    setEdited(undefined);
    setReset(undefined);
  };
  return (
    <section aria-label={t('accounts.list')}>
      <header className="accounts-head">
        <h2>{t('accounts.list')}</h2>
        <May asks="POST /api/v1/accounts">
          <Button onClick={() => setEdited('new')}>{t('accounts.add')}</Button>
        </May>
      </header>
      {edited === undefined && reset === undefined && <Problem refusal={problem} />}
      <table className="accounts-table">
        <thead>
          <tr>
            <th>{t('accounts.name')}</th>
            <th>{t('signIn.name')}</th>
            <th>{t('accounts.role')}</th>
            <th>{t('accounts.scope')}</th>
            <th>{t('accounts.lastUse')}</th>
            <th>{t('accounts.address')}</th>
            <th>{t('accounts.state')}</th>
            <th>{t('accounts.timeCodes')}</th>
            <th>
              <span className="visually-hidden">{t('accounts.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => {
            const last = lastSignIn(answer?.signIns ?? [], account.accountId);
            return (
              <tr key={account.accountId} data-account={account.signInName}>
                <th scope="row">{account.name}</th>
                <td>{account.signInName}</td>
                <td>{t(`roles.${account.role}`)}</td>
                <td>{scopeWords(account.scope, squads, t)}</td>
                <td>{last === undefined ? t('accounts.notSignedIn') : times.timeOfDay(last.lastUsedAtMs)}</td>
                <td>{last?.address ?? ''}</td>
                <td>
                  {[
                    ...(account.isDisabled ? [t('accounts.disabled')] : []),
                    ...(account.hasPassword ? [] : [t('accounts.noPassword')]),
                    ...(last?.isLocked === true ? [t('accounts.locked')] : []),
                    ...(account.isDemo ? [t('accounts.demo')] : []),
                  ].join(' · ')}
                </td>
                <td>{t(account.hasTimeCodes ? 'accounts.yes' : 'accounts.no')}</td>
                <td className="accounts-actions">
                  <May asks="PATCH /api/v1/accounts/:id">
                    <Button
                      onClick={() => setEdited(account)}
                      aria-label={t('accounts.edit', { name: account.name })}
                    >
                      {t('accounts.change')}
                    </Button>
                    <Button
                      aria-disabled={isBusy}
                      aria-label={t(account.isDisabled ? 'accounts.enableOf' : 'accounts.disableOf', {
                        name: account.name,
                      })}
                      onClick={() => {
                        if (isBusy) return;
                        void admin.change(account.accountId, { isDisabled: !account.isDisabled });
                      }}
                    >
                      {t(account.isDisabled ? 'accounts.enable' : 'accounts.disable')}
                    </Button>
                  </May>
                  <May asks="POST /api/v1/accounts/:id/reset">
                    <Button
                      // Its owner changes the own password under "My account".
                      disabled={account.accountId === ownAccountId}
                      onClick={() => setReset(account)}
                      aria-label={t('accounts.resetOf', { name: account.name })}
                    >
                      {t('accounts.reset')}
                    </Button>
                  </May>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {edited !== undefined && (
        <AccountForm
          account={edited === 'new' ? undefined : edited}
          squads={squads}
          problem={problem}
          isBusy={isBusy}
          onClose={close}
          onSave={({ signInName, ...input }) => {
            const saved =
              edited === 'new'
                ? admin.add({ signInName, ...input })
                : admin.change(edited.accountId, changed(edited, input));
            void saved.then((isDone) => {
              if (isDone) close();
            });
          }}
        />
      )}
      {reset !== undefined && (
        <QuickDialog
          title={t('accounts.resetOf', { name: reset.name })}
          closeWord={t('dialog.close')}
          onClose={close}
        >
          <div className="account-window">
            <p>{t('accounts.resetText')}</p>
            <Problem refusal={problem} />
            <div className="account-buttons">
              <Button onClick={close}>{t('dialog.cancel')}</Button>
              {[false, true].map((withTimeCodes) => (
                <Button
                  key={String(withTimeCodes)}
                  aria-disabled={isBusy}
                  disabled={withTimeCodes && !reset.hasTimeCodes}
                  variant={withTimeCodes ? 'default' : 'filled'}
                  {...(withTimeCodes ? {} : { 'data-autofocus': true })}
                  onClick={() => {
                    if (isBusy) return;
                    void admin.reset(reset.accountId, withTimeCodes).then((isDone) => {
                      if (isDone) close();
                    });
                  }}
                >
                  {t(withTimeCodes ? 'accounts.resetWithCodes' : 'accounts.reset')}
                </Button>
              ))}
            </div>
          </div>
        </QuickDialog>
      )}
    </section>
  );
}

/** The sign-in of an account that was used last. */
function lastSignIn(signIns: readonly SignIn[], accountId: string): SignIn | undefined {
  return signIns
    .filter((one) => one.accountId === accountId)
    .sort((one, other) => other.lastUsedAtMs - one.lastUsedAtMs)[0];
}

/** Only what is another now: a new role or scope ends the sign-ins of the account. */
function changed(
  account: Account,
  { name, role, scope }: Omit<AccountInput, 'signInName'>,
): Partial<AccountInput> {
  return {
    ...(name === account.name ? {} : { name }),
    ...(role === account.role ? {} : { role }),
    ...(JSON.stringify(scope) === JSON.stringify(account.scope) ? {} : { scope }),
  };
}
