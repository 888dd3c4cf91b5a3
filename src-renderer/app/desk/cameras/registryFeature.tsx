import { registryView } from './registryView.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { DeskRegistry, type DeskRegistryProps } from './DeskRegistry.tsx';

/** What is set up once: sites and cameras, and who may report alerts of which kinds. */
export function createRegistryFeature(parts: DeskRegistryProps): DeskFeature {
  return {
    view: {
      name: registryView,
      title: (t) => t('desk.view.registry'),
      View: () => <DeskRegistry {...parts} />,
    },
  };
}
