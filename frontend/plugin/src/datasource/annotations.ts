// Events on graphs: runs as the backend words them, and series by the times at which they are above zero.
import {
  type AnnotationEvent,
  type AnnotationQuery,
  type AnnotationSupport,
  type DataFrame,
  type Field,
  FieldType,
} from '@grafana/data';
import { of } from 'rxjs';

import { completed } from './queries';
import type { LeverframeQuery } from './types';

/** More than this on one graph says nothing any more. */
const EVENTS_MAX = 1000;

export const annotationSupport: AnnotationSupport<LeverframeQuery> = {
  getDefaultQuery: () => ({ queryType: 'runs', format: 'annotations' }),
  prepareQuery: (annotation: AnnotationQuery<LeverframeQuery>) => prepared(annotation),
  processEvents: (annotation, frames) => of(events(frames, prepared(annotation))),
};

function prepared(annotation: AnnotationQuery<LeverframeQuery>): LeverframeQuery {
  const target = annotation.target ?? { refId: 'Anno', queryType: 'runs' };
  const query = completed({ ...target, refId: target.refId || 'Anno' });
  return query.queryType === 'runs' ? { ...query, format: 'annotations' } : query;
}

/** Turns frames into events. */
export function events(frames: DataFrame[], query: LeverframeQuery): AnnotationEvent[] {
  const read = query.queryType === 'promql' ? ofSeries : ofRows;
  return frames.flatMap(read).slice(0, EVENTS_MAX);
}

function ofRows(frame: DataFrame): AnnotationEvent[] {
  const cell = (name: string, row: number): unknown =>
    frame.fields.find((field) => field.name === name)?.values[row];
  const text = (name: string, row: number) => String(cell(name, row) ?? '');
  const found: AnnotationEvent[] = [];
  for (let row = 0; row < frame.length; row += 1) {
    const time = cell('time', row);
    const timeEnd = cell('timeEnd', row);
    if (typeof time !== 'number') {
      continue;
    }
    found.push({
      id: text('id', row),
      time,
      ...(typeof timeEnd === 'number' && { timeEnd, isRegion: true }),
      title: text('title', row),
      text: text('text', row),
      tags: text('tags', row)
        .split(',')
        .filter((tag) => tag !== ''),
    });
  }
  return found;
}

function ofSeries(frame: DataFrame): AnnotationEvent[] {
  const times = frame.fields.find(({ type }) => type === FieldType.time);
  if (!times) {
    return [];
  }
  const numbers = frame.fields.filter(({ type }) => type === FieldType.number);
  return numbers.flatMap((field) => ofField(times, field));
}

function ofField(times: Field, field: Field): AnnotationEvent[] {
  const step = times.config.interval ?? 0;
  const spans: Array<{ time: number; timeEnd: number }> = [];
  times.values.forEach((time: number, row: number) => {
    if (!(field.values[row] > 0)) {
      return;
    }
    const last = spans.at(-1);
    if (last && time - last.timeEnd <= step) {
      last.timeEnd = time;
    } else {
      spans.push({ time, timeEnd: time });
    }
  });
  const words = description(field);
  return spans.map(({ time, timeEnd }) => ({
    time,
    ...(timeEnd > time && { timeEnd, isRegion: true }),
    ...words,
  }));
}

function description(field: Field): { title: string; text: string; tags: string[] } {
  const labels = Object.entries(field.labels ?? {}).filter(([name]) => name !== '__name__');
  return {
    title: escaped(field.config.displayNameFromDS ?? field.labels?.__name__ ?? field.name),
    text: '',
    tags: labels.map(([name, value]) => `${name}=${value}`),
  };
}

/** Grafana shows titles and texts of events as HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
