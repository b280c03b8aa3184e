// The host's own serve mode: Grafana's paths, chosen users, and answers as Grafana gives them.

package checks

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"leverframe.test/host/process"
	"leverframe.test/host/serve"
)

func serveFor(t *testing.T, settings process.Settings) string {
	t.Helper()
	server, err := serve.Listen(start(t), settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return server.URL()
}

func fetch(t *testing.T, method, url, body string, headers map[string]string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(limited(t), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestServeAnswersQueriesAsGrafanaDoes(t *testing.T) {
	fake := newFake(t, matrix)
	url := serveFor(t, fake.settings()) + "/api/ds/query"
	one := `{"refId":"A","datasource":{"uid":"leverframe"},"queryType":"promql","expr":"up","range":true,"intervalMs":60000}`
	bad := strings.Replace(strings.Replace(one, `"A"`, `"B"`, 1), "promql", "magic", 1)
	status, text := fetch(t, "POST", url, `{"queries":[`+one+`],"from":"now-1h","to":"now"}`, nil)
	answer := struct {
		Results map[string]struct {
			Status int
			Error  string
			Frames []struct {
				Schema struct{ Fields []struct{ Name string } }
				Data   struct{ Values [][]any }
			}
		}
	}{}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || status != 200 {
		t.Fatalf("%d %v %s", status, err, text)
	}
	if frames := answer.Results["A"].Frames; len(frames) != 2 || len(frames[0].Data.Values) != 2 {
		t.Errorf("%s", text)
	}
	status, text = fetch(t, "POST", url, `{"queries":[`+one+`,`+bad+`],"from":"1700000000000","to":"1700000600000"}`, nil)
	if status != 400 || !strings.Contains(text, `"A":{"status":200`) || !strings.Contains(text, "magic") {
		t.Errorf("%d %s", status, text)
	}
	for _, body := range []string{"", "{}", `{"queries":[` + one + `,` + one + `],"from":"now-1h","to":"now"}`,
		`{"queries":[{"datasource":{"uid":"other"}}],"from":"now-1h","to":"now"}`} {
		if status, text := fetch(t, "POST", url, body, nil); status != 400 {
			t.Errorf("%d %s", status, text)
		}
	}
}

func TestServeLetsTheTestChooseWhoAsks(t *testing.T) {
	fake := newFake(t, nil)
	base := serveFor(t, fake.settings())
	resource := base + "/api/datasources/uid/leverframe/resources/stop"
	for name, c := range map[string]struct {
		url     string
		headers map[string]string
		status  int
	}{
		"admin":           {resource, nil, 200},
		"viewer":          {resource, map[string]string{"X-Test-Login": "vera", "X-Test-Role": "Viewer"}, 200},
		"role None":       {resource, map[string]string{"X-Test-Role": "None"}, 403},
		"anonymous":       {resource, map[string]string{"X-Test-Login": ""}, 403},
		"nobody":          {resource, map[string]string{"X-Test-No-User": "1", "X-Grafana-User": "admin"}, 403},
		"without setting": {base + "/api/plugins/" + process.DatasourceType + "/resources/stop", nil, 404},
		"dots":            {base + "/api/datasources/uid/leverframe/resources/actions/..%2Fstop", nil, 404},
		"bare dots":       {base + "/api/datasources/uid/leverframe/resources/a/../stop", nil, 404},
		"other uid":       {base + "/api/datasources/uid/other/resources/stop", nil, 404},
	} {
		if status, text := fetch(t, "GET", c.url, "", c.headers); status != c.status {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	last := fake.seen()[len(fake.seen())-1]
	if claims := verified(t, last); claims["role"] == "None" {
		t.Errorf("%v", claims)
	}
	if status, _ := fetch(t, "GET", resource, "", map[string]string{"X-Test-Org": "9"}); status != 200 {
		t.Error(status)
	}
	seen := fake.seen()
	if claims := verified(t, seen[len(seen)-1]); claims["sub"] != "grafana:9:admin" {
		t.Errorf("%v", claims)
	}
}

func TestServeStreamsMessageByMessage(t *testing.T) {
	next := make(chan struct{})
	fake := newFake(t, func(_ *fake, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for seq, state := range []string{"running", "succeeded"} {
			_, _ = fmt.Fprintf(w, "data: {\"seq\":%d,\"state\":%q}\n\n", seq+1, state)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	})
	url := serveFor(t, fake.settings()) + "/api/datasources/uid/leverframe/resources/runs/r1/events"
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for _, state := range []string{"running", "succeeded"} {
		if !lines.Scan() || !strings.Contains(lines.Text(), state) {
			t.Fatalf("%q %v", lines.Text(), lines.Err())
		}
		if state == "running" {
			next <- struct{}{}
		}
	}
	if lines.Scan() || lines.Err() != nil {
		t.Errorf("after the last one: %q %v", lines.Text(), lines.Err())
	}
}

func TestServeShowsHealthAndMetrics(t *testing.T) {
	base := serveFor(t, settingsOf(map[string]any{"prometheusUrl": refused(t), "prometheusUser": "u"}))
	status, text := fetch(t, "GET", base+"/api/datasources/uid/leverframe/health", "", nil)
	if status != 400 || !strings.Contains(text, `"status":"ERROR"`) || !strings.Contains(text, "verboseMessage") {
		t.Errorf("%d %s", status, text)
	}
	status, text = fetch(t, "GET", base+"/metrics/plugins/"+process.DatasourceType, "", nil)
	if status != 200 || !strings.Contains(text, "leverframe_plugin_build_info") {
		t.Errorf("%d %s", status, text)
	}
}

func TestServeStaysOnThisMachine(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.org:80"} {
		if _, err := serve.Listen(nil, process.Settings{}, address); err == nil {
			t.Errorf("listens on %s", address)
		}
	}
	request, err := http.NewRequest("GET", serveFor(t, process.Settings{UID: "leverframe"})+"/api/ds/query", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "evil.example.org"
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign name is served: %d", response.StatusCode)
	}
}
