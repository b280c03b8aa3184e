// The data source: every question goes to the backend; this side only fills in variables.
import type {
  CoreApp,
  DataQueryRequest,
  DataQueryResponse,
  DataSourceInstanceSettings,
  ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import type { Observable } from 'rxjs';

import { annotationSupport } from './annotations';
import { interpolated } from './interpolate';
import { completed, displayText, isAskable, promqlDefaults } from './queries';
import type { LeverframeOptions, LeverframeQuery, NodeApiOptions } from './types';
import { LeverframeVariables } from './variables';

export class DataSource extends DataSourceWithBackend<LeverframeQuery, LeverframeOptions> {
  /** The node APIs that a query may name, with their listed paths. */
  readonly nodeApis: NodeApiOptions[];

  constructor(settings: DataSourceInstanceSettings<LeverframeOptions>) {
    super(settings);
    const listed = settings.jsonData.nodeApis;
    this.nodeApis = Array.isArray(listed) ? listed : [];
    this.interval = settings.jsonData.timeInterval;
    this.annotations = annotationSupport;
    this.variables = new LeverframeVariables(this);
  }

  override query(request: DataQueryRequest<LeverframeQuery>): Observable<DataQueryResponse> {
    const utcOffsetSec = request.range ? request.range.to.utcOffset() * 60 : 0;
    const targets = request.targets.map((target) => {
      const query = completed(target, request.app);
      return query.queryType === 'promql' ? { ...query, utcOffsetSec } : query;
    });
    return super.query({ ...request, targets });
  }

  override applyTemplateVariables(query: LeverframeQuery, scopedVars: ScopedVars): LeverframeQuery {
    const templates = getTemplateSrv();
    return interpolated(completed(query), scopedVars, templates.replace.bind(templates));
  }

  override filterQuery(query: LeverframeQuery): boolean {
    return isAskable(completed(query));
  }

  override getDefaultQuery(app: CoreApp): Partial<LeverframeQuery> {
    return promqlDefaults(app);
  }

  override getQueryDisplayText(query: LeverframeQuery): string {
    return displayText(completed(query));
  }
}
