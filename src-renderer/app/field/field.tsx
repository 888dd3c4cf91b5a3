import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { routeFieldNotices } from './fieldFeature.ts';
import { createFieldFeatures } from './fieldFeatures.ts';
import { showInsecurePage } from './FieldInsecure.tsx';
import { createFieldParts } from './fieldParts.ts';
import { FieldSurface } from './FieldSurface.tsx';
import { serviceWorkers } from '../../server/serviceWorkers.ts';

/** A browser gives microphone, camera and position only to pages that came over HTTPS. */
if (window.isSecureContext) {
  void startSurface('field', (shell) => {
    const parts = createFieldParts(shell);
    const { phone } = parts;
    const features = createFieldFeatures(parts);
    phone.start(features);
    return {
      ...joinFeatures(features, routeFieldNotices(features)),
      // The features get the snapshots of a signed-in member only.
      onSnapshot: (arrival) => phone.snapshotArrived(arrival),
      onJoinRefused(code) {
        if (code === 'forbidden') phone.joinForbidden();
      },
      view: <FieldSurface {...parts} features={features} />,
    };
  });
  // Only with it can the page be installed and be opened without a network.
  void registerWorker();
} else {
  void showInsecurePage();
}

async function registerWorker(): Promise<void> {
  try {
    await serviceWorkers()?.register('/field-worker.js');
  } catch {
    // The page works without it, as long as the hub answers.
  }
}
