// POST /api/ds/query in Grafana's shape: queries and a time range in, frames as JSON out.

package serve

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

// queryBodyMax bounds the body of a query request.
const queryBodyMax = 32 << 20

type queryBody struct {
	Queries []json.RawMessage `json:"queries"`
	From    string            `json:"from"`
	To      string            `json:"to"`
}

type queryHead struct {
	RefID      string `json:"refId"`
	Datasource struct {
		UID string `json:"uid"`
	} `json:"datasource"`
	IntervalMS    float64 `json:"intervalMs"`
	MaxDataPoints float64 `json:"maxDataPoints"`
	QueryType     any     `json:"queryType"`
}

func (s *Server) query(w http.ResponseWriter, r *http.Request) {
	body := queryBody{}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, queryBodyMax)).Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, "bad request data: "+err.Error())
		return
	}
	queries, problem := s.queries(body)
	if problem != "" {
		refuse(w, http.StatusBadRequest, problem)
		return
	}
	user, org := caller(r, s.settings.OrgID)
	answer, err := s.plugin.QueryData(r.Context(), &pluginv2.QueryDataRequest{
		PluginContext: process.Context(&s.settings, user, org), Headers: queryHeaders(r), Queries: queries,
	})
	if err != nil {
		refuse(w, http.StatusInternalServerError, "An error occurred within the plugin: "+err.Error())
		return
	}
	status := http.StatusOK
	for _, one := range answer.Responses {
		if one.Error != nil {
			status = http.StatusBadRequest
		}
	}
	write(w, status, answer)
}

func (s *Server) queries(body queryBody) ([]*pluginv2.DataQuery, string) {
	if len(body.Queries) == 0 {
		return nil, "no queries found in query"
	}
	span := gtime.NewTimeRange(body.From, body.To)
	from, err := span.ParseFrom(gtime.WithNow(time.Now()))
	if err != nil {
		return nil, "from: " + err.Error()
	}
	to, err := span.ParseTo(gtime.WithNow(time.Now()))
	if err != nil {
		return nil, "to: " + err.Error()
	}
	seen := map[string]bool{}
	queries := make([]*pluginv2.DataQuery, 0, len(body.Queries))
	for _, raw := range body.Queries {
		head := queryHead{RefID: "A", IntervalMS: 1000, MaxDataPoints: 100}
		if err := json.Unmarshal(raw, &head); err != nil {
			return nil, "query: " + err.Error()
		}
		if uid := head.Datasource.UID; uid != "" && uid != s.settings.UID {
			return nil, "data source not found: " + uid
		}
		if seen[head.RefID] {
			return nil, "multiple queries using the same RefId is not allowed"
		}
		seen[head.RefID] = true
		kind, _ := head.QueryType.(string) // Grafana drops what is no text
		queries = append(queries, &pluginv2.DataQuery{
			RefId: head.RefID, QueryType: kind, Json: raw,
			IntervalMS: int64(head.IntervalMS), MaxDataPoints: int64(head.MaxDataPoints),
			TimeRange: &pluginv2.TimeRange{FromEpochMS: from.UnixMilli(), ToEpochMS: to.UnixMilli()},
		})
	}
	return queries, ""
}
