import { runOf } from '@leverframe/api/mocks';

import { FakeService } from './fakeService';
import { clientOf } from './transport';

const service = new FakeService();

jest.mock('@grafana/runtime', () => ({
  config: { bootData: { user: { orgId: 7 } } },
  getBackendSrv: () => service.backend(),
  isFetchError: (error: unknown) =>
    typeof error === 'object' && error !== null && 'status' in error,
}));

test('a press goes to the resource of the data source, quietly and with its key', async () => {
  service.press = () => runOf();
  await clientOf('lever frame').run('drain-node', { target: 'node/web-2' }, 'key-1');
  expect(service.asked.at(-1)).toMatchObject({
    url: 'api/datasources/uid/lever%20frame/resources/actions/drain-node/run',
    method: 'POST',
    data: { target: 'node/web-2' },
    headers: { 'Idempotency-Key': 'key-1' },
    showErrorAlert: false,
    showSuccessAlert: false,
    retry: 0,
  });
});

test('a lost connection is an open outcome', async () => {
  service.press = () => {
    throw new TypeError('Failed to fetch');
  };
  const press = clientOf('u').run('drain-node', { target: 'node/web-2' }, 'k');
  await expect(press).rejects.toMatchObject({ code: 'no_answer', unsure: true });
});

test('nothing newer is null, and what is newer is the run', async () => {
  service.runs = [runOf({ id: 'r', seq: 4 })];
  await expect(clientOf('u').newer('r', 4)).resolves.toBeNull();
  await expect(clientOf('u').newer('r', 3)).resolves.toMatchObject({ seq: 4 });
});

test('events arrive one by one, for the organisation of the user', async () => {
  const events = clientOf('u').events('r', 0)[Symbol.asyncIterator]();
  const first = events.next();
  await Promise.resolve();
  service.event(runOf({ seq: 1 }));
  await expect(first).resolves.toMatchObject({ value: { seq: 1 } });
  expect(service.asked.at(-1)?.headers).toEqual({ 'X-Grafana-Org-Id': 7 });
  await events.return?.();
  expect(service.following).toBe(0);
});
