import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'wall:view': 'asdwu',
    'wall:drive': 'asd',
    'wall:override': 'as',
  },
  requests: {
    'wall:showContent': ['asd', 'city'],
    'wall:showCase': ['asd', 'city'],
    'wall:endCase': ['asd', 'city'],
    'wall:showCameras': ['asd', 'city'],
    'wall:showPage': ['asd', 'city'],
    'wall:placeCamera': ['asd', 'city'],
    'wall:spotlightCamera': ['asd', 'city'],
    'wall:endSpotlight': ['asd', 'city'],
    'wall:saveProgramme': ['asd', 'city'],
    'wall:saveScene': ['asd', 'city'],
    'wall:removeSaved': ['asd', 'city'],
    'wall:saveSchedule': ['asd', 'city'],
    'wall:showSaved': ['asd', 'city'],
    'wall:reportDisplay': ['asdwu', 'any'],
    'wall:reportPlayback': ['asdwu', 'any'],
    'wall:startTour': ['asd', 'city'],
    'wall:steerTour': ['asd', 'city'],
    'wall:pinTile': ['asd', 'city'],
  },
  notices: {
    'wall:screenChanged': 'asd',
    'wall:caseChanged': '',
    'wall:libraryChanged': 'asd',
  },
};
