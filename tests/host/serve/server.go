// Package serve offers, on loopback, the part of Grafana's HTTP surface that reaches a datasource plugin.
//
// Who asks is chosen by the request: X-Test-Login, X-Test-Role, X-Test-Org, and X-Test-No-User: 1 for nobody. Grafana's
// own permission checks are left out on purpose: what is tested here are the plugin's doors.
package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"leverframe.test/host/process"
)

// shutdownGrace is how long open requests may take when the server ends.
const shutdownGrace = time.Second

// Server serves one plugin with one datasource.
type Server struct {
	plugin   *process.Plugin
	settings process.Settings
	listener net.Listener
}

// Listen opens the port; only loopback addresses are taken.
func Listen(plugin *process.Plugin, settings process.Settings, address string) (*Server, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("--listen: %s is no loopback address: everybody who reaches this server is an Admin", host)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &Server{plugin: plugin, settings: settings, listener: listener}, nil
}

// URL returns where the server answers.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	server := &http.Server{Handler: http.HandlerFunc(s.route), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		_ = server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// route takes paths as they were sent: http.ServeMux would clean them, and Grafana does not.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if !isLocal(r.Host) {
		refuse(w, http.StatusForbidden, "this host name is not served")
		return
	}
	path := r.URL.EscapedPath()
	datasource := "/api/datasources/uid/" + s.settings.UID
	plugin := "/api/plugins/" + process.DatasourceType + "/resources"
	switch {
	case path == "/api/ds/query" && r.Method == http.MethodPost:
		s.query(w, r)
	case path == datasource+"/health" && r.Method == http.MethodGet:
		s.health(w, r, &s.settings)
	case path == "/api/plugins/"+process.DatasourceType+"/health" && r.Method == http.MethodGet:
		s.health(w, r, nil)
	case path == "/metrics/plugins/"+process.DatasourceType && r.Method == http.MethodGet:
		s.metrics(w, r)
	case isUnder(path, datasource+"/resources"):
		s.resource(w, r, strings.TrimPrefix(path, datasource+"/resources"), &s.settings)
	case isUnder(path, plugin):
		s.resource(w, r, strings.TrimPrefix(path, plugin), nil)
	default:
		refuse(w, http.StatusNotFound, "Not found")
	}
}

func isUnder(path, prefix string) bool {
	rest, found := strings.CutPrefix(path, prefix)
	return found && (rest == "" || strings.HasPrefix(rest, "/"))
}

// isLocal keeps web pages out that made their own name point here.
func isLocal(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func refuse(w http.ResponseWriter, status int, message string) {
	write(w, status, map[string]any{"message": message})
}

func write(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"message":"the answer is no JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
