import { FieldType, toDataFrame } from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import { annotationSupport, events } from './annotations';
import type { LeverframeQuery } from './types';

const runs: LeverframeQuery = { refId: 'Anno', queryType: 'runs' };
const promql: LeverframeQuery = { refId: 'Anno', queryType: 'promql', expr: 'up == 0' };

it('asks for runs as annotations, whatever was stored', () => {
  const annotation = {
    name: 'Runs',
    enable: true,
    iconColor: 'red',
    target: { ...runs, action: 'drain-node' },
  };
  expect(annotationSupport.prepareQuery?.(annotation)).toEqual({
    ...runs,
    action: 'drain-node',
    format: 'annotations',
  });
  expect(
    annotationSupport.prepareQuery?.({ name: 'Runs', enable: true, iconColor: 'red' })
  ).toMatchObject({
    refId: 'Anno',
    queryType: 'runs',
    format: 'annotations',
  });
});

it('draws ended runs as regions and open ones as points', async () => {
  const frame = toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: [1000, 5000] },
      { name: 'timeEnd', type: FieldType.time, values: [2000, null] },
      {
        name: 'title',
        type: FieldType.string,
        values: ['drain-node node/web-1', 'return-node node/web-1'],
      },
      { name: 'text', type: FieldType.string, values: ['succeeded, verified', 'running'] },
      {
        name: 'tags',
        type: FieldType.string,
        values: ['drain-node,succeeded', 'return-node,running'],
      },
      { name: 'id', type: FieldType.string, values: ['a', 'b'] },
    ],
  });
  const annotation = { name: 'Runs', enable: true, iconColor: 'red', target: runs };
  const found = annotationSupport.processEvents?.(annotation, [frame]);
  expect(found && (await lastValueFrom(found))).toEqual([
    {
      id: 'a',
      time: 1000,
      timeEnd: 2000,
      isRegion: true,
      title: 'drain-node node/web-1',
      text: 'succeeded, verified',
      tags: ['drain-node', 'succeeded'],
    },
    {
      id: 'b',
      time: 5000,
      title: 'return-node node/web-1',
      text: 'running',
      tags: ['return-node', 'running'],
    },
  ]);
});

it('joins neighbouring values above zero', () => {
  const frame = toDataFrame({
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        config: { interval: 10 },
        values: [10, 20, 30, 40, 60, 70],
      },
      {
        name: 'Value',
        type: FieldType.number,
        labels: { __name__: 'down<b>', node: 'web-1' },
        values: [1, 2, 0, null, 1, 0],
      },
    ],
  });
  expect(events([frame], promql)).toEqual([
    {
      time: 10,
      timeEnd: 20,
      isRegion: true,
      title: 'down&lt;b&gt;',
      text: '',
      tags: ['node=web-1'],
    },
    { time: 60, title: 'down&lt;b&gt;', text: '', tags: ['node=web-1'] },
  ]);
});

it('takes nothing from frames of another shape', () => {
  expect(events([toDataFrame({ fields: [] })], promql)).toEqual([]);
  expect(events([toDataFrame({ fields: [{ name: 'x', values: ['y'] }] })], runs)).toEqual([]);
});
