import { type StandardEditorProps, toDataFrame } from '@grafana/data';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { actionOf } from '@leverframe/api/mocks';
import React, { useState } from 'react';

import { FakeService } from '../../shared/fakeService';
import { ButtonsEditor } from './ButtonsEditor';
import { type ButtonOptions, NEW_BUTTON, type PanelOptions } from '../options';

let service: FakeService;

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => service.backend(),
  getDataSourceSrv: () => ({ getList: () => [{ uid: 'lever', name: 'Leverframe' }] }),
}));

function Editor({
  start,
  onEdit,
}: {
  start: ButtonOptions[];
  onEdit: (now: ButtonOptions[]) => void;
}) {
  const [value, setValue] = useState(start);
  const props = {
    value,
    onChange: (now: ButtonOptions[]) => {
      setValue(now);
      onEdit(now);
    },
    context: { data: [toDataFrame({ fields: [{ name: 'id', values: [] }] })], options: {} },
  } as unknown as StandardEditorProps<ButtonOptions[], unknown, PanelOptions>;
  return <ButtonsEditor {...props} />;
}

beforeEach(() => {
  service = new FakeService();
  service.actions = [actionOf()];
});

async function edit(start: ButtonOptions[]) {
  let now = start;
  const user = userEvent.setup();
  render(<Editor start={start} onEdit={(news) => (now = news)} />);
  await waitFor(() => expect(service.to('GET', '/stop')).toHaveLength(1));
  return { user, now: () => now };
}

test('a button is added, aimed at a target, and removed', async () => {
  const { user, now } = await edit([]);
  await user.click(screen.getByRole('button', { name: 'Add button' }));
  await user.type(screen.getByRole('textbox', { name: /^Target/ }), 'node/web-2');
  await user.tab();
  expect(now()).toEqual([{ ...NEW_BUTTON, target: 'node/web-2' }]);
  await user.click(screen.getByRole('button', { name: 'Remove Button 1' }));
  expect(now()).toEqual([]);
});

test('it can go by the rows of the query', async () => {
  const { user, now } = await edit([{ ...NEW_BUTTON, action: 'drain-node' }]);
  await user.click(screen.getByLabelText('Each row'));
  expect(now()).toMatchObject([{ source: 'rows', idField: 'id' }]);
  expect(screen.getByLabelText(/Field with the ids/)).toHaveValue('id');
});

test('entries move, and what is shown moves with them', async () => {
  const start = ['node/a', 'node/b'].map((target) => ({ ...NEW_BUTTON, target }));
  const { user, now } = await edit(start);
  await user.click(screen.getByRole('button', { name: 'Move Button 2 up' }));
  expect(now().map(({ target }) => target)).toEqual(['node/b', 'node/a']);
  const [first] = screen.getAllByRole('group');
  expect(within(first as HTMLElement).getByRole('textbox', { name: /^Target/ })).toHaveValue(
    'node/b'
  );
});
