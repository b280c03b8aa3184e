// The app's pages, by address.
import React from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';

import { Actions } from './pages/Actions';
import { Configuration } from './pages/Configuration';
import { Nodes } from './pages/Nodes';
import { NotFound } from './pages/NotFound';
import { Run } from './pages/Run';
import { Runs } from './pages/Runs';
import { ROUTES } from './routes';
import { SourceProvider } from './SourceContext';

export function App() {
  return (
    <SourceProvider>
      <Routes>
        <Route path={ROUTES.runs} element={<Runs />} />
        <Route path={ROUTES.run} element={<Run />} />
        <Route path={ROUTES.actions} element={<Actions />} />
        <Route path={ROUTES.nodes} element={<Nodes />} />
        <Route path={ROUTES.configuration} element={<Configuration />} />
        <Route path="" element={<Navigate replace to={ROUTES.runs} />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </SourceProvider>
  );
}
