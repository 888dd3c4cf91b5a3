import { Button, Kbd, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { PersonMenu } from '../../features/accounts/PersonMenu.tsx';
import { isLocked } from '../../features/accounts/principalStore.ts';
import type { Language } from '../../ui/languages.ts';
import type { DeskAccounts } from './accounts/deskAccounts.ts';
import { accountsView } from './accounts/accountsView.ts';
import type { DeskView } from './deskFeature.ts';
import type { DeskStore } from './DeskState.ts';
import type { SessionStore } from '../shared/sessionStore.ts';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';
import './DeskTopBar.css';

export interface DeskTopBarProps {
  session: SessionStore;
  desk: DeskStore;
  accounts: DeskAccounts;
  views: readonly DeskView[];
  sound: { open(): void };
  guide: { toggle(): void };
  onFind(): void;
  onLanguage(language: Language): void;
}

/** The product's name, the views, the palette, who sits here, language, keys, the connection and the clock. */
export function DeskTopBar(props: DeskTopBarProps) {
  const { desk, accounts, session, views, onFind, onLanguage } = props;
  const { t, i18n } = useTranslation();
  const view = useStore(desk, (state) => state.view);
  const everJoined = useStore(session, (state) => state.everJoined);
  const locked = useStore(accounts.principal, isLocked);
  return (
    <>
      <span className="desk-name">{t('product.name')}</span>
      <span className="desk-surface-name">{t('product.desk')}</span>
      {everJoined && !locked && (
        <>
          <SegmentedControl
            className="desk-views"
            value={view}
            onChange={desk.show}
            data={views.map(({ name, title, Tab }) => ({
              value: name,
              label: Tab === undefined ? title(t) : <Tab />,
            }))}
          />
          <Button className="desk-find" onClick={onFind} rightSection={<Kbd size="xs">Ctrl K</Kbd>}>
            {t('desk.find')}
          </Button>
        </>
      )}
      <div className="desk-top-right">
        {everJoined && !locked && <Person {...props} />}
        <Button
          variant="subtle"
          color="gray"
          onClick={() => onLanguage(i18n.language === 'en' ? 'zh-CN' : 'en')}
          lang={i18n.language === 'en' ? 'zh-CN' : 'en'}
        >
          {t('desk.otherLanguage')}
        </Button>
        {!locked && (
          <Button
            variant="subtle"
            color="gray"
            aria-label={t('keys.title')}
            onClick={() => desk.setState({ keysShown: true })}
          >
            ?
          </Button>
        )}
      </div>
      <SurfaceStatus session={session} />
    </>
  );
}

/** A component of its own, as it follows the clock. */
function Person({ session, desk, accounts, sound, guide }: DeskTopBarProps) {
  const nowMs = useStore(session, (state) => state.nowMs);
  return (
    <PersonMenu
      store={accounts.principal}
      nowMs={nowMs}
      onOwnAccount={() => desk.show(accountsView)}
      onSoundDevices={sound.open}
      onGuide={guide.toggle}
      onLock={accounts.lock.lock}
      onSwitch={() => accounts.principal.setState({ isSwitching: true })}
      onSignOut={() => void accounts.signOut()}
    />
  );
}
