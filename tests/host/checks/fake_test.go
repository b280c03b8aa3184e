// A stand-in for Prometheus, the service and a node API in one, for what real ones do not do on demand: hang, break
// off, answer nonsense. It remembers every request.

package checks

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leverframe.test/host/process"
)

// planted are secrets that must show up nowhere.
const (
	plantedKey      = "planted-key-0123456789abcdef0123456789abcdef"
	plantedPassword = "planted-password"
	plantedToken    = "planted-node-token"
)

type seen struct {
	Method, Path, Query string
	Header              http.Header
	Body                string
}

type fake struct {
	server   *httptest.Server
	mutex    sync.Mutex
	requests []seen
	// left counts requests whose client went away before the answer.
	left atomic.Int32
}

// newFake starts a fake; without a handler it answers as a healthy upstream of any kind would.
func newFake(t *testing.T, handler func(*fake, http.ResponseWriter, *http.Request)) *fake {
	t.Helper()
	fake := &fake{}
	fake.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fake.mutex.Lock()
		fake.requests = append(fake.requests, seen{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Clone(), string(body)})
		fake.mutex.Unlock()
		if handler != nil {
			handler(fake, w, r)
			return
		}
		healthy(w, r)
	}))
	t.Cleanup(func() {
		fake.server.CloseClientConnections()
		fake.server.Close()
	})
	return fake
}

func healthy(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/api/v1/query":
		answer(w, 200, `{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}`)
	case r.URL.Path == "/api/v1/stop":
		answer(w, 200, `{"stopped":false,"since":null,"by":null,"reason":null}`)
	default:
		answer(w, 200, `[]`)
	}
}

func answer(w http.ResponseWriter, status int, body string) {
	kind := "application/json"
	if status >= 400 {
		kind = "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// hang never answers and notices when the client leaves.
func hang(f *fake, _ http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
	f.left.Add(1)
}

// breakOff takes the request and closes the connection.
func breakOff(_ *fake, w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

func (f *fake) seen() []seen {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]seen{}, f.requests...)
}

func (f *fake) await(t *testing.T, count int) {
	t.Helper()
	eventually(t, itoa(count)+" requests", callLimit, func() bool { return len(f.seen()) >= count })
}

// settings points every upstream at the fake.
func (f *fake) settings() process.Settings {
	return settingsOf(map[string]any{
		"prometheusUrl": f.server.URL, "prometheusUser": "plugin", "serviceUrl": f.server.URL + "/lever",
		"nodeApis": []any{map[string]any{"name": "demo", "url": f.server.URL, "paths": []string{"/nodes"}}},
	})
}

var updates atomic.Int64

// settingsOf makes settings that no other test has used, with all planted secrets.
func settingsOf(jsonData map[string]any) process.Settings {
	text, err := json.Marshal(jsonData)
	if err != nil {
		panic(err)
	}
	return process.Settings{
		UID: "leverframe", OrgID: 1, JSONData: text, UpdatedMS: updates.Add(1),
		SecureJSONData: map[string]string{
			"assertionKey": plantedKey, "prometheusPassword": plantedPassword, "nodeApi.demo.token": plantedToken,
		},
	}
}

func itoa(number int) string { return strconv.Itoa(number) }

// refused is an address where nobody listens.
func refused(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	return server.URL
}

// second is the timeoutSeconds of tests that wait for one.
const second = time.Second
