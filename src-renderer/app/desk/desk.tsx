import i18next from 'i18next';
import { switchLanguage } from '../shared/switchLanguage.ts';
import { takeReplacedCause } from '../shared/replacedCause.ts';
import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { soundAlerts } from './alerts/DeskAlertSound.ts';
import { isLocked } from '../../features/accounts/principalStore.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { askForSignIn } from './accounts/signInNeed.ts';
import { createDeskFeatures } from './deskFeatures.ts';
import { listenToDeskKeys } from './DeskKeys.ts';
import { routeNotices } from './deskNotices.ts';
import { createDeskParts } from './deskParts.ts';
import { createDeskProbe } from './DeskProbe.ts';
import { DeskSurface } from './DeskSurface.tsx';

void startSurface('desk', (shell) => {
  const { session } = shell;
  const parts = createDeskParts(shell);
  const { desk, actions, directory, accounts } = parts;
  const locked = (): boolean => isLocked(accounts.principal.getState());
  const features = createDeskFeatures(parts);
  const { nowMs, talk, overdue, sound } = parts;
  soundAlerts(parts.alerts, {
    nowMs,
    isTalking: talk.isTalking,
    isLocked: locked,
    onLate(listener) {
      overdue.onLate(listener);
      parts.orders.onNeedsSomebody(listener);
    },
    route: sound.routes.alarms,
  });
  listenToDeskKeys(desk, features, { isLocked: locked });
  accounts.lock.watch(window);
  askForSignIn(session, {
    storage: pageStorage.session,
    nowMs: () => Date.now(),
    goToSignIn: accounts.goToSignIn,
  });
  window.mingchuProbe = createDeskProbe({
    ...parts,
    searchable: () => directory.getState().cameras.size,
    map: parts.map.current,
  });
  nameTab();
  const replaced = takeReplacedCause(window.location, window.history);
  if (replaced !== undefined)
    desk.notify({
      isFailure: true,
      text: (t) => t('desk.replaced', { cause: t(`screen.replaced.${replaced}`) }),
    });
  return {
    ...joinFeatures(features, routeNotices(features)),
    view: (
      <DeskSurface
        session={session}
        desk={desk}
        features={features}
        onFind={() => actions.openPalette()}
        onLanguage={(language) => void switchLanguage(language, session).then(nameTab)}
        onTimeline={(subject) => void parts.timeline.actions.open(subject)}
        accounts={accounts}
        alerts={parts.alerts}
        sound={parts.sound}
        guide={parts.guide}
      />
    ),
  };
});

/** Names the desk in the tab of the browser. */
function nameTab(): void {
  document.title = `${i18next.t('product.name')} · ${i18next.t('product.desk')}`;
}
