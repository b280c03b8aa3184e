// Many callers at once: open event streams are bounded and keep nobody out.

package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

// streamsMax and streamsOfOneMax are the plugin's limits of open event streams: of all, and of one user.
const (
	streamsMax      = 256
	streamsOfOneMax = 16
)

func TestOpenStreamsAreBoundedAndKeepNobodyOut(t *testing.T) {
	fake := newFake(t, func(f *fake, w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/events") {
			healthy(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprint(w, "data: {\"seq\":1,\"state\":\"running\"}\n\n")
		_ = http.NewResponseController(w).Flush()
		hang(f, w, r)
	})
	settings := fake.settings()
	plugin := start(t)
	ctx, cancel := context.WithCancel(limited(t))
	opened := make(chan struct{}, streamsMax)
	var streams sync.WaitGroup
	for number := range streamsMax {
		user := editor()
		user.Login = fmt.Sprintf("user-%d", number/streamsOfOneMax)
		streams.Add(1)
		go func() {
			defer streams.Done()
			_ = plugin.CallResource(ctx, &pluginv2.CallResourceRequest{
				PluginContext: process.Context(&settings, user, 1), Method: "GET", Path: "runs/r1/events",
			}, func(message process.Message) error {
				if len(message.Body) > 0 {
					opened <- struct{}{}
				}
				return nil
			})
		}()
	}
	for range streamsMax {
		select {
		case <-opened:
		case <-ctx.Done():
			t.Fatal("not all streams opened")
		}
	}
	if got := ask(t, plugin, &settings, "GET", "runs/r1/events", ""); got.status != 503 || got.code() != "store_busy" {
		t.Errorf("one stream too many: %+v", got)
	}
	if got := queryAll(t, plugin, &settings, promql("A", `{"expr":"1","instant":true}`))["A"]; got.Error != nil {
		t.Errorf("a query beside the streams: %v", got.Error)
	}
	cancel()
	streams.Wait()
	eventually(t, "all places free again", callLimit, func() bool {
		return strings.Contains(metrics(t, plugin), "leverframe_plugin_event_streams_open 0")
	})
}
