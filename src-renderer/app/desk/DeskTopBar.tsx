import { Button, Kbd, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DeskOfficer } from './DeskOfficer.tsx';
import type { Language } from '../../ui/locale.ts';
import type { DeskView } from './deskFeature.ts';
import type { DeskStore } from './DeskState.ts';
import type { SessionStore } from '../shared/sessionStore.ts';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';
import './DeskTopBar.css';

export interface DeskTopBarProps {
  session: SessionStore;
  desk: DeskStore;
  views: readonly DeskView[];
  onFind(): void;
  onLanguage(language: Language): void;
  /** The officer entered a name. */
  onOfficer(name: string): void;
}

/** The product's name, the views, the palette, who sits here, language, keys, the connection and the clock. */
export function DeskTopBar(props: DeskTopBarProps) {
  const { desk, session, views, onFind, onLanguage } = props;
  const { t, i18n } = useTranslation();
  const view = useStore(desk, (state) => state.view);
  const everJoined = useStore(session, (state) => state.everJoined);
  return (
    <>
      <span className="desk-name">{t('product.name')}</span>
      <span className="desk-surface-name">{t('product.desk')}</span>
      {everJoined && (
        <>
          <SegmentedControl
            value={view}
            onChange={desk.show}
            data={views.map(({ name, title, Tab }) => ({
              value: name,
              label: Tab === undefined ? title(t) : <Tab />,
            }))}
          />
          <Button onClick={onFind} rightSection={<Kbd size="xs">Ctrl K</Kbd>}>
            {t('desk.find')}
          </Button>
        </>
      )}
      <div className="desk-top-right">
        <DeskOfficer {...props} />
        <Button
          variant="subtle"
          color="gray"
          onClick={() => onLanguage(i18n.language === 'en' ? 'zh-CN' : 'en')}
          lang={i18n.language === 'en' ? 'zh-CN' : 'en'}
        >
          {t('desk.otherLanguage')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          aria-label={t('keys.title')}
          onClick={() => desk.setState({ keysShown: true })}
        >
          ?
        </Button>
      </div>
      <SurfaceStatus session={session} />
    </>
  );
}
