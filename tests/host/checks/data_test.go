// Queries: each fails alone, a dropped call drops its upstream request, and nothing of what arrives is trusted.

package checks

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

const minute = int64(60_000)

// matrix answers every range query with two series, and everything else as healthy does.
func matrix(_ *fake, w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v1/query_range" {
		healthy(w, r)
		return
	}
	answer(w, 200, `{"status":"success","data":{"resultType":"matrix","result":[
		{"metric":{"__name__":"up","path":"a\\b\"c","job":"ä"},"values":[[1700000000,"1"],[1700000060,"NaN"]]},
		{"metric":{"__name__":"up","job":"b"},"values":[[1700000060,"-0.5e3"]]}]}}`)
}

func promql(refID, json string) *pluginv2.DataQuery {
	return &pluginv2.DataQuery{
		RefId: refID, QueryType: "promql", Json: []byte(json), IntervalMS: minute, MaxDataPoints: 100,
		TimeRange: &pluginv2.TimeRange{FromEpochMS: 1_700_000_000_000, ToEpochMS: 1_700_000_000_000 + 10*minute},
	}
}

func queryAll(
	t *testing.T, plugin *process.Plugin, settings *process.Settings, queries ...*pluginv2.DataQuery,
) backend.Responses {
	t.Helper()
	answer, err := plugin.QueryData(limited(t), &pluginv2.QueryDataRequest{
		PluginContext: process.Context(settings, process.Admin(), 1), Queries: queries,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Responses) != len(queries) {
		t.Fatalf("%d answers to %d queries", len(answer.Responses), len(queries))
	}
	return answer.Responses
}

const upRange = `{"refId":"A","expr":"up","range":true}`

func TestTheSDKDecodesOurFrames(t *testing.T) {
	fake := newFake(t, matrix)
	settings := fake.settings()
	got := queryAll(t, start(t), &settings, promql("A", upRange))["A"]
	if got.Error != nil || len(got.Frames) != 2 {
		t.Fatalf("%v, %d frames", got.Error, len(got.Frames))
	}
	frame := got.Frames[0]
	if frame.RefID != "A" || len(frame.Fields) != 2 || frame.Rows() == 0 {
		t.Fatalf("%+v", frame)
	}
	if labels := frame.Fields[1].Labels; labels["path"] != `a\b"c` || labels["job"] != "ä" {
		t.Errorf("labels %q", labels)
	}
	if at, ok := frame.Fields[0].ConcreteAt(0); !ok || at.(time.Time).UnixMilli() != 1_700_000_000_000 {
		t.Errorf("time %v", at)
	}
	if value, err := got.Frames[1].Fields[1].FloatAt(got.Frames[1].Rows() - 1); err != nil || value != -500 {
		t.Errorf("value %v %v", value, err)
	}
}

func TestOneBadQueryFailsAlone(t *testing.T) {
	fake := newFake(t, matrix)
	settings := fake.settings()
	unknown := promql("C", upRange)
	unknown.QueryType = "magic"
	got := queryAll(t, start(t), &settings,
		promql("A", upRange), promql("B", `{"expr":`), unknown, promql("D", `{"expr":7}`), promql("E", upRange),
		promql("F", strings.Repeat(" ", 1<<20)))
	for _, good := range []string{"A", "E"} {
		if got[good].Error != nil || len(got[good].Frames) != 2 || got[good].Status != 200 {
			t.Errorf("%s: %+v", good, got[good])
		}
	}
	for _, bad := range []string{"B", "C", "D", "F"} {
		if got[bad].Error == nil || got[bad].Status != 400 {
			t.Errorf("%s: %+v", bad, got[bad])
		}
	}
}

func TestWrongSettingsStopOnlyWhatNeedsThem(t *testing.T) {
	fake := newFake(t, matrix)
	settings := settingsOf(map[string]any{"prometheusUrl": fake.server.URL, "prometheusUser": "u", "serviceUrl": "nowhere"})
	nodes := promql("B", `{}`)
	nodes.QueryType = "nodes"
	got := queryAll(t, start(t), &settings, promql("A", upRange), nodes)
	if got["A"].Error != nil {
		t.Error(got["A"].Error)
	}
	if got["B"].Error == nil || !strings.Contains(got["B"].Error.Error(), "serviceUrl") {
		t.Errorf("%+v", got["B"])
	}
}

// TestAbsurdTimesAreAnswered sends what a browser may invent; each must be answered, and fast.
func TestAbsurdTimesAreAnswered(t *testing.T) {
	fake := newFake(t, matrix)
	settings := fake.settings()
	plugin := start(t)
	edges := []int64{math.MinInt64, -1, 0, 1, 1_700_000_000_000, 253_402_300_800_000, math.MaxInt64}
	queries := []*pluginv2.DataQuery{}
	for _, from := range edges {
		for _, to := range edges {
			query := promql(fmt.Sprintf("%d-%d", from, to), upRange)
			query.TimeRange = &pluginv2.TimeRange{FromEpochMS: from, ToEpochMS: to}
			query.IntervalMS, query.MaxDataPoints = from, to
			queries = append(queries, query)
		}
	}
	for name, got := range queryAll(t, plugin, &settings, queries...) {
		if got.Error != nil && (got.Status < 400 || got.ErrorSource == backend.ErrorSourcePlugin) {
			t.Errorf("%s: %d %v %v", name, got.Status, got.ErrorSource, got.Error)
		}
	}
	bare := promql("A", upRange)
	bare.TimeRange = nil
	queryAll(t, plugin, &settings, bare)
	if strings.Contains(plugin.Log().Raw(), "panic") {
		t.Error(plugin.Log().Raw())
	}
}

func TestADroppedCallDropsItsUpstreamRequest(t *testing.T) {
	fake := newFake(t, hang)
	settings := fake.settings()
	plugin := start(t)
	ctx, cancel := context.WithCancel(limited(t))
	failed := make(chan error, 1)
	go func() {
		_, err := plugin.QueryData(ctx, &pluginv2.QueryDataRequest{
			PluginContext: process.Context(&settings, process.Admin(), 1),
			Queries:       []*pluginv2.DataQuery{promql("A", upRange), promql("B", upRange)},
		})
		failed <- err
	}()
	fake.await(t, 2)
	cancel()
	if err := <-failed; err == nil {
		t.Error("the dropped call succeeded")
	}
	eventually(t, "both upstream requests dropped", 5*time.Second, func() bool { return fake.left.Load() == 2 })
	eventually(t, "the gauge at zero", 5*time.Second, func() bool {
		return strings.Contains(metrics(t, plugin), `leverframe_plugin_calls_in_flight{verb="query_data"} 0`)
	})
}

func TestAFailingPrometheusIsTold(t *testing.T) {
	reply := func(status int, body string) func(*fake, http.ResponseWriter, *http.Request) {
		return func(_ *fake, w http.ResponseWriter, _ *http.Request) { answer(w, status, body) }
	}
	for name, c := range map[string]struct {
		handler func(*fake, http.ResponseWriter, *http.Request)
		status  backend.Status
		want    string
	}{
		"hung":          {hang, 502, "timeoutSeconds"},
		"broken off":    {breakOff, 502, "Prometheus"},
		"bad query":     {reply(400, `{"status":"error","errorType":"bad_data","error":"parse error"}`), 400, "parse error"},
		"wrong login":   {reply(401, "who are you"), 502, "prometheusUser"},
		"cut off":       {half, 502, "Prometheus"},
		"not JSON":      {page, 502, "Prometheus"},
		"limit reached": {matrix, 502, "responseBytesLimit"},
	} {
		t.Run(name, func(t *testing.T) {
			limits := map[string]any{"prometheusUrl": newFake(t, c.handler).server.URL, "prometheusUser": "u", "timeoutSeconds": 1}
			if name == "limit reached" {
				limits["responseBytesLimit"] = 10
			}
			settings := settingsOf(limits)
			got := queryAll(t, start(t), &settings, promql("A", upRange))["A"]
			if got.Error == nil || got.Status != c.status || !strings.Contains(got.Error.Error(), c.want) {
				t.Errorf("%d %v", got.Status, got.Error)
			}
			if got.ErrorSource != backend.ErrorSourceDownstream {
				t.Errorf("source %s", got.ErrorSource)
			}
		})
	}
}

// TestQueriesNeverAct sends a thousand random queries; the service must see reads alone.
func TestQueriesNeverAct(t *testing.T) {
	fake := newFake(t, func(f *fake, w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/lever/") {
			answer(w, 200, `{"items":[],"next":null}`)
			return
		}
		matrix(f, w, r)
	})
	settings := fake.settings()
	plugin := start(t)
	random := rand.New(rand.NewPCG(3, 14))
	kinds := []string{"promql", "nodes", "runs", "actions", "json", "annotations", "run", "POST", ""}
	parts := []string{
		`"expr":"up"`, `"action":"drain-node"`, `"target":"node/web-1"`, `"method":"POST"`, `"api":"demo"`,
		`"path":"/nodes"`, `"path":"/../admin"`, `"run":true`, `"state":"running"`, `"limit":1e9`, `"body":{}`,
		`"params":{"a":"b"}`, `"queryType":"run"`, `"format":"table"`, `"instant":true`, `"url":"http://127.0.0.1:1"`,
	}
	users := []*process.User{nil, process.Admin(), editor(), {Login: "", Role: "Admin"}, {Login: "x", Role: "None"}}
	for round := range 100 {
		queries := []*pluginv2.DataQuery{}
		for number := range 10 {
			random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
			query := promql(itoa(number), "{"+strings.Join(parts[:random.IntN(len(parts))], ",")+"}")
			query.QueryType = kinds[random.IntN(len(kinds))]
			queries = append(queries, query)
		}
		caller := process.Context(&settings, users[round%len(users)], 1)
		if _, err := plugin.QueryData(limited(t), &pluginv2.QueryDataRequest{PluginContext: caller, Queries: queries}); err != nil {
			t.Fatal(err)
		}
	}
	reads := 0
	for _, request := range fake.seen() {
		if strings.HasPrefix(request.Path, "/lever/") {
			reads++
			if request.Method != "GET" || request.Body != "" {
				t.Errorf("a query acted: %s %s", request.Method, request.Path)
			}
		} else if request.Path != "/nodes" && !strings.HasPrefix(request.Path, "/api/v1/query") {
			t.Errorf("nobody listed %s", request.Path)
		}
	}
	if reads == 0 {
		t.Error("the service was never asked, so this test proves nothing")
	}
}

func TestABodyOfFifteenMiBIsTakenByQueryData(t *testing.T) {
	fake := newFake(t, matrix)
	settings := fake.settings()
	plugin := start(t)
	request := func(size int) error {
		_, err := plugin.QueryData(limited(t), &pluginv2.QueryDataRequest{
			PluginContext: process.Context(&settings, process.Admin(), 1),
			Headers:       map[string]string{"http_X": strings.Repeat("x", size)},
			Queries:       []*pluginv2.DataQuery{promql("A", upRange)},
		})
		return err
	}
	if err := request(15 << 20); err != nil {
		t.Error(err)
	}
	if err := request(17 << 20); err == nil {
		t.Error("17 MiB were taken")
	}
	if err := request(1); err != nil {
		t.Error(err)
	}
}
