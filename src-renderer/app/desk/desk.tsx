import '../shared/schemas.ts';
import i18next from 'i18next';
import { newCommandId } from '../../features/wall/commandId.ts';
import { keepOfficer } from '../../server/officer.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { switchLanguage } from '../shared/switchLanguage.ts';
import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { soundAlerts } from './alerts/DeskAlertSound.ts';
import { createDeskFeatures } from './deskFeatures.ts';
import { listenToDeskKeys } from './DeskKeys.ts';
import { routeNotices } from './deskNotices.ts';
import { createDeskParts } from './deskParts.ts';
import { createDeskProbe } from './DeskProbe.ts';
import { DeskSurface } from './DeskSurface.tsx';

void startSurface('desk', (shell) => {
  const { session, link } = shell;
  const parts = createDeskParts(shell);
  const { desk, actions, directory } = parts;
  const features = createDeskFeatures(parts);
  soundAlerts(parts.alerts, parts.nowMs, parts.talk.isTalking);
  listenToDeskKeys(desk, features);
  window.mingchuProbe = createDeskProbe({
    ...parts,
    searchable: () => directory.getState().cameras.size,
    map: parts.map.current,
  });
  nameTab();
  return {
    ...joinFeatures(features, routeNotices(features)),
    view: (
      <DeskSurface
        session={session}
        desk={desk}
        features={features}
        onFind={() => actions.openPalette()}
        onLanguage={(language) => void switchLanguage(language, session).then(nameTab)}
        onOfficer={(name) => {
          const officer = keepOfficer(pageStorage.local, name, newCommandId);
          desk.setState({ officerName: officer?.name });
          link.rejoin();
        }}
      />
    ),
  };
});

/** Names the desk in the tab of the browser. */
function nameTab(): void {
  document.title = `${i18next.t('product.name')} · ${i18next.t('product.desk')}`;
}
