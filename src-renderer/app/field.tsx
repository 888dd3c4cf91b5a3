import { startSurface } from './startSurface.tsx';
import { UnbuiltSurface } from './UnbuiltSurface.tsx';

void startSurface('field', ({ session }) => ({
  view: <UnbuiltSurface surface="field" session={session} />,
}));
