import { Button, Kbd, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DeskOfficer } from './DeskOfficer.tsx';
import type { DeskSurfaceProps } from './DeskSurface.tsx';
import { deskViews, type DeskView } from './DeskState.ts';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';
import './DeskTopBar.css';

/** The product's name, the views, the palette, who sits here, language, keys, the connection and the clock. */
export function DeskTopBar(props: DeskSurfaceProps) {
  const { desk, session, actions, directory, onLanguage } = props;
  const { t, i18n } = useTranslation();
  const view = useStore(desk, (state) => state.view);
  const everJoined = useStore(session, (state) => state.everJoined);
  const wrong = useStore(directory, (state) => {
    let count = 0;
    for (const { condition } of state.health.values()) {
      if (condition !== 'online' && condition !== 'unknown') count += 1;
    }
    return count;
  });
  return (
    <>
      <span className="desk-name">{t('product.name')}</span>
      <span className="desk-surface-name">{t('product.desk')}</span>
      {everJoined && (
        <>
          <SegmentedControl
            value={view}
            onChange={(value) => desk.show(value as DeskView)}
            data={deskViews.map((value) => ({
              value,
              label:
                value === 'health' && wrong > 0
                  ? t('desk.viewHealthWrong', { count: wrong })
                  : t(`desk.view.${value}`),
            }))}
          />
          <Button onClick={() => actions.openPalette()} rightSection={<Kbd size="xs">Ctrl K</Kbd>}>
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
