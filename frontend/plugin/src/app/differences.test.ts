import { differences } from './differences';

it('puts what changed first', () => {
  expect(differences({ weight: 1, state: 'ready' }, { weight: 1, state: 'drain' })).toEqual([
    { field: 'state', from: 'ready', to: 'drain', isChanged: true },
    { field: 'weight', from: '1', to: '1', isChanged: false },
  ]);
});

it('reads snapshots of any shape', () => {
  expect(differences(null, null)).toEqual([]);
  expect(differences(null, { a: 1 })).toEqual([
    { field: 'a', from: '–', to: '1', isChanged: true },
  ]);
  expect(differences('x', 'y')).toEqual([{ field: '', from: 'x', to: 'y', isChanged: true }]);
});
