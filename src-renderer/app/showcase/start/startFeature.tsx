import { useTranslation } from 'react-i18next';
import { Message } from '../../../ui/Message.tsx';
import type { ShowcaseFeature } from '../showcaseFeature.ts';

/** What the page shows until it has something of the city to show: that this surface is not available yet. */
export function createStartFeature(): ShowcaseFeature {
  return { panels: { content: { reads: [], isShown: () => true, Panel: Unavailable } } };
}

function Unavailable() {
  const { t } = useTranslation();
  return (
    <Message title={t('notice.unbuiltTitle')} quiet>
      <p>{t('notice.unbuiltText')}</p>
    </Message>
  );
}
