import { startSurface } from './startSurface.tsx';
import { UnbuiltSurface } from './UnbuiltSurface.tsx';

void startSurface('desk', ({ session }) => ({
  view: <UnbuiltSurface surface="desk" session={session} />,
}));
