import '../shared/schemas.ts';
import { FieldSession } from './FieldSession.ts';
import { FieldSurface } from './FieldSurface.tsx';
import { showInsecurePage } from './FieldInsecure.tsx';
import { startSurface } from '../shared/startSurface.tsx';

/** A browser gives microphone, camera and position only to pages that came over HTTPS. */
if (window.isSecureContext) {
  void startSurface('field', (shell) => {
    const field = new FieldSession(shell);
    return {
      onSnapshot: (arrival) => field.snapshotArrived(arrival),
      onNotice: (notice) => field.noticed(notice),
      onLost: () => field.connectionLost(),
      onJoinRefused(code) {
        if (code === 'forbidden') field.joinForbidden();
      },
      view: <FieldSurface session={shell.session} field={field} />,
    };
  });
  // Only with it can the page be installed and be opened without a network.
  void registerWorker();
} else {
  void showInsecurePage();
}

/** A browser that forbids storage has no service workers either, and may throw already when it is asked. */
async function registerWorker(): Promise<void> {
  try {
    await navigator.serviceWorker?.register('/field-worker.js');
  } catch {
    // The page works without it, as long as the hub answers.
  }
}
